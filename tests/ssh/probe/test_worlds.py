"""Worlds that a probe of a real node tells apart, by the cause that `analyze` names."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.ssh.probe.world import HOST, node, why_not
from tests.ssh.probe.worlds import ARC, FIRST, WELL, WORLDS, settings
from tests.wanted import WANTED
from troubleshooter.collect.probe import script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ssh.probe.world import Node

pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"{reasons.ROOT}: {why_not()}")
SHELLS = {
    "tvm-dash": "dash -s",
    "tvm-bash": "bash -s",
    "tvm-busybox": "busybox sh -s",
    "tvm-without-curl": "PATH=/run/no-curl dash -s",
}
SECONDS = 110
"""In which the probe, which says that it ends after 100, has ended."""


def analysed(folder: Path) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "troubleshooter", "analyze", str(folder), "--output", "json"],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def probe(inside: Node, shell: str, folder: Path, name: str = "tvm-node") -> str:
    """Ask by this shell, keep the answers as a collection keeps them, and give the head line's word."""
    ended = inside.ssh(shell, script(WANTED), SECONDS)
    assert (ended.returncode, ended.stderr) == (0, b"")
    kept = folder / "collected" / name / "answers" / "probe.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(ended.stdout)
    return ended.stdout.decode().splitlines()[1].rsplit("\t", 1)[1]


def errors(found: dict[str, Any]) -> set[str]:
    return {one["id"] for one in found["findings"] if one["severity"] == "error"}


@pytest.mark.parametrize("name", FIRST)
def test_the_first_worlds_are_told_apart(name: str, tmp_path: Path) -> None:
    world, cause, word = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        said = probe(inside, SHELLS["tvm-dash"], tmp_path)
    assert (analysed(tmp_path / "collected")["root_cause"], said) == (cause, word)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_every_world_is_told_apart_in_every_shell(name: str, tmp_path: Path) -> None:
    """One bundle of as many nodes as there are shells: each answers the same, the cause is that of all."""
    world, cause, word = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        words = {shell: probe(inside, how, tmp_path, shell) for shell, how in SHELLS.items()}
    found = analysed(tmp_path / "collected")
    print(f"{name:45} {found['root_cause'] or '-':32} {' '.join(words.values())}")
    assert words == dict.fromkeys(SHELLS, word)
    assert found["root_cause"] == cause
    for one in found["findings"]:
        assert one["nodes"] == sorted(SHELLS)
        assert {place["source"] for place in one["evidence"]} == {"probe"}


def collected(inside: Node, bundle: Path, *also: str) -> subprocess.CompletedProcess[bytes]:
    key = str(inside.folder / "key")
    return inside.types(
        "collect", "ssh://root@127.0.0.1", "-i", key, "--accept-new", "-o", str(bundle), *also
    )


AT_NIGHT = (pytest.mark.slow, pytest.mark.nightly)


@pytest.mark.parametrize(
    "name",
    ["403 rbac", *(pytest.param(name, marks=AT_NIGHT) for name in WORLDS if name != "403 rbac")],
)
def test_a_bundle_of_collect_tells_the_same(name: str, tmp_path: Path) -> None:
    world, cause, word = WORLDS[name]
    bundle = tmp_path / "bundle.tar.gz"
    with node(world, tmp_path / "node") as inside:
        ended = collected(inside, bundle)
    # 4: no error, and a line that no rule explains
    expected = {3} if cause else {0} if word == "well" else {0, 4}
    assert ended.returncode in expected, ended.stderr
    found = analysed(bundle)
    print(f"{name:45} {found['root_cause'] or '-'}")
    assert found["root_cause"] == cause
    with tarfile.open(bundle) as archive:
        (kept,) = (one for one in archive.getmembers() if one.name.endswith("probe.txt"))
        text = archive.extractfile(kept)
        assert text is not None
        assert text.read().splitlines()[1].endswith(f"\t{word}".encode())


@pytest.mark.slow
def test_logs_of_a_machine_that_arc_connected_are_read(tmp_path: Path) -> None:
    place = "/var/lib/GuestConfig"
    log = f"{place}/extension_logs/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_2026-11-27.0.log"
    line = "2026-11-27 08:00:01: <error> [CertificateManager]\tFailed to get the msi authentication key\n"
    files = {log: (line, 0o640), f"{place}/ext_mgr_logs/gc_ext.log": ("[2026-11-27] [INFO] made up\n", 0o640)}
    bundle = tmp_path / "bundle.tar.gz"
    with node(ARC.but(files=ARC.files | files), tmp_path / "node") as inside:
        collected(inside, bundle, "--no-probe")
    found = analysed(bundle)
    assert found["root_cause"] == "arc-msi-key"
    (one,) = (one for one in found["findings"] if one["id"] == "arc-msi-key")
    assert one["evidence"][0]["file"].endswith(log.lstrip("/"))
    with tarfile.open(bundle) as archive:
        assert any(name.endswith("/gc_ext.log") for name in archive.getnames())


def test_a_machine_that_is_not_to_be_asked_is_asked_nothing(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.tar.gz"
    with node(WORLDS["403 rbac"][0], tmp_path / "node") as inside:
        collected(inside, bundle, "--no-probe")
        assert (bundle.exists(), inside.calls) == (True, [])
    assert analysed(bundle)["root_cause"] is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["identity and disk", "firewall and full disk"])
def test_of_two_faults_both_are_told(name: str, tmp_path: Path) -> None:
    world, cause, _ = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        probe(inside, SHELLS["tvm-dash"], tmp_path)
    assert errors(analysed(tmp_path / "collected")) == {cause, "probe-store-full"}


def service(*lines: str) -> dict[str, tuple[str, int]]:
    """A systemctl that says this of the extension's service."""
    return {f"{TOOLS}/systemctl": ("\n".join(("#!/bin/sh", "cat <<'X'", *lines, "X\n")), 0o755)}


TOOLS = "/var/lib/tools"
IN_A_FILE = {f"{TOOLS}/env": ("https_proxy=http://10.77.0.9:3128\n", 0o600)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "shut", "line", "cause"),
    [
        (service("Environment=A=b HTTPS_PROXY=http://p:1"), {"way": "refused"}, "tcp\tunknown", None),
        (service("Environment=ALL_PROXY=http://p:1"), {"resolves": "no"}, "dns\tunknown", None),
        (
            IN_A_FILE | service(f"EnvironmentFiles={TOOLS}/env (ignore_errors=no)"),
            {"trusted": False},
            "tls\tunknown",
            None,
        ),
        (service("Environment=http_proxy=http://p:1"), {"way": "refused"}, "tcp\tfail", "net-connect"),
        (service("Environment=NO_HTTPS_PROXY=1"), {"way": "refused"}, "tcp\tfail", "net-connect"),
    ],
)
def test_where_the_service_has_a_proxy_the_direct_way_excludes_nothing(
    files: dict[str, Any], shut: dict[str, Any], line: str, cause: str | None, tmp_path: Path
) -> None:
    """Each tool of HTTP takes the proxy of its scheme, and of all; that of http:// leads to no vault."""
    with node(WELL.but(files=files, **shut), tmp_path / "node") as inside:
        probe(inside, f"PATH={TOOLS}:$PATH dash -s", tmp_path)
    answers = (tmp_path / "collected/tvm-node/answers/probe.txt").read_text()
    assert f"\n{line}\t" in answers
    assert ("sets a proxy" in answers) is (cause is None)
    assert analysed(tmp_path / "collected")["root_cause"] == cause


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["tvm-dash", "tvm-busybox"])
def test_a_url_that_is_not_asked_for_is_told_with_the_form_that_is(shell: str, tmp_path: Path) -> None:
    """Whatever stands in place of one: none is passed over in silence."""
    odd = (
        f"http://{HOST}/secrets/a", f"{HOST}/secrets/b", f"https://{HOST}/secrets/c?api-version=7.4",
        f"https://{HOST}:8443/secrets/d", f"https://{HOST}/secrets/e e", f"https://{HOST}/Certificates/f#f",
        f"ftp://{HOST}/secrets/g",
    )  # fmt: skip
    good = f"HTTPS://{HOST.upper()}:443/secrets/web/"
    listed = settings(observedCertificates=[{"url": f"https://{HOST}/keys/h"}, {"url": "web"}, *odd, good])
    with node(WELL.but(settings=listed), tmp_path / "node") as inside:
        probe(inside, SHELLS[shell], tmp_path)
        asked = {call["path"] for call in inside.calls if call["at"] == "vault"}
    told = (tmp_path / "collected/tvm-node/answers/probe.txt").read_text().splitlines()
    unasked = [line.split("\t")[3] for line in told if "with no port but 443" in line]
    assert sorted(unasked) == sorted(
        [f"https://{HOST}/keys/h", "web", *(url.replace(" ", "%20") for url in odd)]
    )
    assert asked == {"/secrets/web?api-version=7.4"}
    assert analysed(tmp_path / "collected")["root_cause"] is None


BEYOND_TLS = ("untrusted issuer", "403 rbac", "404", "plain secret", "all well")
BEFORE_TLS = ("identity not found", "imds refused", "dns failure", "tcp refused", "full disk", "noexec")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*BEYOND_TLS, *BEFORE_TLS])
def test_with_busybox_alone_nobody_verifies_tls_and_no_token_is_sent(name: str, tmp_path: Path) -> None:
    world, cause, word = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        said = probe(inside, "PATH=/run/busybox-alone sh -s", tmp_path)
        signed = [call for call in inside.calls if "Authorization" in call["headers"]]
    expected = (None, "TLS") if name in BEYOND_TLS else (cause, word)
    assert (analysed(tmp_path / "collected")["root_cause"], said) == expected
    assert signed == []
    told = (tmp_path / "collected/tvm-node/answers/probe.txt").read_text()
    assert name in BEFORE_TLS or "no tool that verifies TLS" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "line", "cause"),
    [
        ("hangs", "tcp\tpass", None),
        ("silent", "tcp\tfail", "net-connect"),
        ("refused", "tcp\tfail", "net-connect"),
    ],
)
def test_with_busybox_alone_a_port_that_holds_on_is_told_from_a_black_hole(
    way: str, line: str, cause: str | None, tmp_path: Path
) -> None:
    """Its nc ends when the other side does: being ended meanwhile says that it was let in."""
    with node(WELL.but(way=way), tmp_path / "node") as inside:
        probe(inside, "PATH=/run/busybox-alone sh -s", tmp_path)
    assert f"\n{line}\t" in (tmp_path / "collected/tvm-node/answers/probe.txt").read_text()
    assert analysed(tmp_path / "collected")["root_cause"] == cause


@pytest.mark.slow
@pytest.mark.parametrize("name", FIRST)
def test_bash_and_openssl_are_enough(name: str, tmp_path: Path) -> None:
    world, cause, word = WORLDS[name]
    with node(world, tmp_path / "node") as inside:
        said = probe(inside, "PATH=/run/openssl bash -s", tmp_path)
    assert (analysed(tmp_path / "collected")["root_cause"], said) == (cause, word)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [("403 rbac", False), ("arc: all well", False), ("untrusted issuer", True), ("imds refused", True)],
)
def test_with_wget_alone_no_token_is_shown_to_anybody(name: str, *, told: bool, tmp_path: Path) -> None:
    """It verifies TLS, and takes a header from its arguments or a file: both are read by others."""
    cause, word = WORLDS[name][1:] if told else (None, "vault")
    with node(WORLDS[name][0], tmp_path / "node") as inside:
        said = probe(inside, "PATH=/run/wget dash -s", tmp_path)
        signed = [call["at"] for call in inside.calls if "Authorization" in call["headers"]]
    assert (analysed(tmp_path / "collected")["root_cause"], said) == (cause, word)
    assert "vault" not in signed
    answers = (tmp_path / "collected/tvm-node/answers/probe.txt").read_text()
    assert ("tls\tpass" in answers) is (name != "untrusted issuer")
    assert "vault\tunknown" in answers


PAGE = {"status": 200, "type": "text/html", "body": '<p>{"value": "made-up-of-another"}</p>'}
OTHERS = {"status": 200, "body": '{"id": "https://portal.example/pages/7", "value": "made-up-of-another"}'}
NO_TOKEN = {"status": 200, "body": '{"token": "made-up-of-another"}'}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"vault": PAGE}, "vault\tfail"),
        ({"vault": OTHERS}, "vault\tfail"),
        ({"named": NO_TOKEN}, "token\tfail"),
    ],
    ids=["a page in the vault's place", "another's answer with an id", "an answer without a token"],
)
def test_what_is_neither_secret_nor_token_is_told_and_not_shown(
    changes: dict[str, Any], line: str, tmp_path: Path
) -> None:
    with node(WELL.but(**changes), tmp_path / "node") as inside:
        probe(inside, SHELLS["tvm-dash"], tmp_path)
    answers = (tmp_path / "collected/tvm-node/answers/probe.txt").read_text()
    assert f"\n{line}\t" in answers
    assert "vault\tpass" not in answers
    assert "made-up-of-another" not in answers
    assert analysed(tmp_path / "collected")["root_cause"] is None
