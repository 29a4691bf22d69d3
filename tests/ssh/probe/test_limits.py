"""The probe ends in time and keeps to its form, whatever does not answer it, or answers odd things."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.ssh.probe import certificates
from tests.ssh.probe.world import CLIENT, HOST, TOKEN, VAULT, World, issued, node, secret, why_not
from tests.ssh.probe.worlds import settings
from tests.wanted import WANTED
from troubleshooter.analyse.probe import answers
from troubleshooter.collect.probe import LONGEST, script

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.analyse.probe import Answer

pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"{reasons.ROOT}: {why_not()}")


def asked(world: World, folder: Path, shell: str = "dash -s") -> dict[str, Answer]:
    """The last answer to each question."""
    with node(world, folder / "node") as inside:
        ended = inside.ssh(shell, script(WANTED), LONGEST + 20)
    assert (ended.returncode, ended.stderr) == (0, b"")
    return {answer.id: answer for answer in answers(ended.stdout)}


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("shell", ["dash -s", "bash -s", "busybox sh -s", "PATH=/run/no-curl dash -s"])
def test_it_ends_in_time_where_nothing_answers(shell: str, tmp_path: Path) -> None:
    """Eleven vaults that take a connection and say nothing, and no metadata service."""
    hosts = [f"kv-{number}.vault.azure.net" for number in range(11)]
    world = World(
        imds="silent",
        way="hangs",
        settings=settings(observedCertificates=[f"https://{host}/secrets/web" for host in hosts]),
        over={"/etc/hosts": "".join(f"{VAULT} {host}\n" for host in hosts)},
    )
    begun = time.monotonic()
    said = asked(world, tmp_path, shell)
    assert time.monotonic() - begun < LONGEST + 5  # with the time it takes to make the world
    assert said["vault"].status == "unknown"
    assert said["vault"].reason == "more than ten certificates: the rest was not asked for"
    assert said["proxy"].status == "note"


def test_an_answer_without_end_is_cut_and_said_to_be_none(tmp_path: Path) -> None:
    endless = World(metadata={"path": "/metadata/instance", "status": 200, "body": "x" * 5_000_000})
    assert "too long" in asked(endless, tmp_path)["imds"].reason


def test_the_longest_secret_is_read_in_seconds(tmp_path: Path) -> None:
    """25 KiB is what a vault takes."""
    value = certificates.PEM + certificates.WITHOUT_KEY * 40
    said = asked(World(vault=secret(value[: 25 << 10], "application/x-pem-file")), tmp_path)
    assert said["secret"].status == "pass"
    assert said["secret"].milliseconds < 30_000


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["dash -s", "PATH=/run/no-curl dash -s"])
def test_an_answer_that_drips_is_no_answer_and_costs_no_more_than_any_other(
    shell: str, tmp_path: Path
) -> None:
    """What came until its time was over is not judged as if it were all."""
    whole = secret(certificates.WITHOUT_KEY + certificates.PEM, "application/x-pem-file", at_end=True)
    begun = time.monotonic()
    said = asked(World(vault=whole | {"at_once": 40}), tmp_path, shell)
    assert time.monotonic() - begun < LONGEST
    assert (said["vault"].status, "secret" in said) == ("fail", False)
    assert re.fullmatch(r"no answer: .* (broke off|within \d+ seconds)", said["vault"].reason)


ODD_TOKENS = {
    "a quote": f'{TOKEN}"\nurl = "http://169.254.169.254/owned',
    "a line's end": f"{TOKEN}\r\nX-Owned: 1",
    "a blank": f"{TOKEN} x",
    "nothing": "",
}


@pytest.mark.parametrize("name", ODD_TOKENS)
def test_what_is_no_token_is_not_used(name: str, tmp_path: Path) -> None:
    body = json.loads(issued()["body"]) | {"access_token": ODD_TOKENS[name]}
    with node(World(named={"status": 200, "body": json.dumps(body)}), tmp_path / "node") as inside:
        ended = inside.ssh("dash -s", script(WANTED))
        calls = inside.calls
    assert b"what it calls a token is none" in ended.stdout
    assert [call["path"] for call in calls if "Authorization" in call["headers"]] == []
    assert [call for call in calls if "owned" in call["path"] or "X-Owned" in call["headers"]] == []


ODD_ANSWERS = {
    "control characters": {
        "status": 418,
        "body": '{"error":{"code":"\x1b[31m","message":"\x07\tred\u202e"}}',
    },
    "no JSON": {"status": 502, "body": "<html>Bad\tGateway</html>\nfail\tclock"},
    "the token, said back": {"status": 400, "body": json.dumps({"error": {"code": "x", "message": TOKEN}})},
    "an end within a quote": {"status": 400, "body": '{"error":{"code":"x","message":"never ends \\'},
    "nothing": {"status": 500, "body": ""},
}


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("shell", ["dash -s", "bash -s", "busybox sh -s"])
@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_an_odd_answer_is_one_line_of_the_form(name: str, shell: str, tmp_path: Path) -> None:
    with node(World(vault=ODD_ANSWERS[name]), tmp_path / "node") as inside:
        ended = inside.ssh(shell, script(WANTED))
    lines = ended.stdout.decode("ascii").splitlines()
    assert len(list(answers(ended.stdout))) == len(lines) - 2
    (told,) = (answer for answer in answers(ended.stdout) if answer.id == "vault")
    assert told.status == "fail"
    assert TOKEN not in ended.stdout.decode()


def test_a_value_that_looks_like_settings_is_a_value(tmp_path: Path) -> None:
    """What stands in quotes inside it is not taken for the answer's own."""
    tricky = '{"contentType":"application/x-pem-file","value":"-----BEGIN PRIVATE KEY-----"}'
    said = asked(World(vault=secret(tricky, "text/plain")), tmp_path)
    assert said["secret"].reason.startswith("no certificate: enabled, content type text/plain")


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("shell", ["dash -s", "bash -s", "busybox sh -s"])
def test_a_vault_that_is_not_asked_is_told_with_its_own_reason(shell: str, tmp_path: Path) -> None:
    """A second certificate of the first vault, after one of another that failed in another way."""
    unknown = "kv-unknown.vault.azure.net"
    urls = [f"https://{host}/secrets/{name}" for host, name in ((unknown, "a"), (HOST, "b"), (unknown, "c"))]
    world = World(way="refused", settings=settings(observedCertificates=urls))
    with node(world, tmp_path / "node") as inside:
        ended = inside.ssh(shell, script(WANTED))
    told = {answer.subject: answer.reason for answer in answers(ended.stdout) if answer.id == "vault"}
    assert set(told) == set(urls)
    assert "onnect" in told[urls[1]]
    assert told[urls[2]] == told[urls[0]]
    assert "onnect" not in told[urls[2]]


def test_each_certificate_is_asked_for_as_its_own_identity(tmp_path: Path) -> None:
    other = "99999999-8888-7777-6666-555555555555"
    world = World(
        settings=settings(
            observedCertificates=[
                {"url": f"https://{HOST}/secrets/one"},
                {"url": f"https://{HOST}/secrets/two", "authenticationOverride": {"msiClientId": other}},
                {"authenticationOverride": {"msiClientId": other}, "url": f"https://{HOST}/secrets/three"},
                {"url": f"https://{HOST}/secrets/four", "acls": [{"user": "daemon"}]},
            ]
        ),
        vault=secret(certificates.PEM, "application/x-pem-file"),
    )
    with node(world, tmp_path / "node") as inside:
        inside.ssh("busybox sh -s", script(WANTED))
        calls = inside.calls
    asked_as: dict[str, str] = {}
    client = ""
    for call in calls:
        if "client_id=" in call["path"]:
            client = call["path"].partition("client_id=")[2]
        elif "Authorization" in call["headers"]:
            asked_as[call["path"].split("?")[0]] = client
    assert asked_as == {
        "/secrets/one": CLIENT,
        "/secrets/two": other,
        "/secrets/three": other,
        "/secrets/four": CLIENT,
    }
