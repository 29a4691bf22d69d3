"""Token and value stay in variables and pipes: what each process was started with, opened and wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.ssh.probe import certificates
from tests.ssh.probe.world import CLIENT, HOST, TOKEN, World, node, secret, why_not
from tests.ssh.probe.worlds import ARC, KEY, WORLDS, settings
from tests.wanted import WANTED
from troubleshooter.collect.probe import script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ssh.probe.world import Node

pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"{reasons.ROOT}: {why_not()}")
SHELLS = {
    "dash": ("", "dash"),
    "bash": ("", "bash"),
    "busybox": ("", "busybox sh"),
    "without curl": ("PATH=/run/no-curl ", "dash"),
    "openssl and bash": ("PATH=/run/openssl ", "bash"),
    "busybox alone": ("PATH=/run/busybox-alone ", "sh"),
}
PEM_LINE = max(certificates.PEM.splitlines()[1:4], key=len)
"""A line of the private key: it is there however the value is written."""
PLAIN = "made-up-plain-secret-4711"
SECRETS = (TOKEN, PEM_LINE, certificates.PKCS12[:60], PLAIN, KEY)
_CALL = re.compile(r"^\d+ +(?P<name>execve|openat|write)\((?P<rest>.*)")
_PIPE = re.compile(r"^\d+<(?:pipe|socket):")
"""Where a shell hands its text to the next process of its own."""


def traced(inside: Node, how: tuple[str, str], folder: Path) -> tuple[str, list[str]]:
    """What the probe printed, and every line of the trace."""
    path, shell = how
    kept = folder / "trace"
    line = f"{path}/usr/bin/strace -f -v -y -s 200000 -e trace=execve,openat,write -o {kept} {shell} -s"
    ended = inside.ssh(line, script(WANTED), 110)
    assert (ended.returncode, ended.stderr) == (0, b"")
    return ended.stdout.decode(), kept.read_text(errors="replace").splitlines()


def leaks(trace: list[str]) -> list[str]:
    """Each call that shows a secret other than in a pipe of its own."""
    found = []
    for line in trace:
        call = _CALL.match(line)
        if call is None or not any(one in line for one in SECRETS):
            continue
        if call["name"] != "write" or not _PIPE.match(call["rest"]):
            found.append(line[:300])
    return found


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("name", WORLDS)
def test_no_argument_environment_file_or_output_holds_token_or_value(name: str, tmp_path: Path) -> None:
    """In no world and no shell."""
    with node(WORLDS[name][0], tmp_path / "node") as inside:
        for shell, how in SHELLS.items():
            printed, trace = traced(inside, how, tmp_path)
            assert any("execve" in line for line in trace)
            assert (shell, leaks(trace)) == (shell, [])
            assert (shell, [one for one in SECRETS if one in printed]) == (shell, [])


@pytest.mark.parametrize("shell", ["dash", "without curl"])
def test_a_probe_that_ends_well_leaks_nothing(shell: str, tmp_path: Path) -> None:
    world = World(vault=secret(PLAIN, "text/plain"))
    with node(world, tmp_path / "node") as inside:
        printed, trace = traced(inside, SHELLS[shell], tmp_path)
        used = [call for call in inside.calls if call["headers"].get("Authorization") == f"Bearer {TOKEN}"]
    assert "no certificate: enabled, content type text/plain, holds a key: no" in printed
    assert used, "the token was used: without that nothing is shown"
    assert any(TOKEN in line for line in trace), "and the trace sees it in a pipe"
    assert leaks(trace) == []
    assert [one for one in SECRETS if one in printed] == []


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["dash", "without curl", "openssl and bash"])
def test_the_key_of_an_arc_machines_agent_leaks_no_more(shell: str, tmp_path: Path) -> None:
    with node(ARC, tmp_path / "node") as inside:
        printed, trace = traced(inside, SHELLS[shell], tmp_path)
        used = {call["at"] for call in inside.calls if "Authorization" in call["headers"]}
    assert used == {"himds", "vault"}
    assert any(KEY in line for line in trace)
    assert leaks(trace) == []
    assert [one for one in SECRETS if one in printed] == []


@pytest.mark.slow(every_change=True)
def test_a_name_that_was_exported_before_carries_nothing_out(tmp_path: Path) -> None:
    """Whatever variable the caller's environment has: one that is exported stays so with another value."""
    text = script(WANTED).decode()
    names = {*re.findall(r"(?:^|[\s;({|&])([a-z_]+)=", text), *re.findall(r"\bfor ([a-z_]+) in", text)}
    names |= {name for found in re.findall(r"\bread -r ([a-z_ ]+)", text) for name in found.split()}
    assert {"token", "value", "answer", "rest"} <= names
    given = " ".join(f"{name}=given" for name in sorted(names))
    own_printf = "'BASH_FUNC_printf%%=() { /usr/bin/printf \"$@\"; }'"
    for shell, also in (("dash", ""), ("bash", own_printf), ("busybox sh", "")):
        how = (f"env {given} {also} ", shell)
        with node(World(vault=secret(certificates.PEM, None)), tmp_path / "node") as inside:
            printed, trace = traced(inside, how, tmp_path)
            used = [call for call in inside.calls if "Authorization" in call["headers"]]
        assert used
        assert (shell, leaks(trace)) == (shell, [])
        assert [one for one in SECRETS if one in printed] == []


def test_the_trace_would_show_a_leak(tmp_path: Path) -> None:
    leaking = script(WANTED).replace(b"  ask_imds\n", f'  printenv "{TOKEN}"\n  ask_imds\n'.encode())
    with node(World(), tmp_path / "node") as inside:
        kept = tmp_path / "trace"
        inside.ssh(f"strace -f -v -y -s 200000 -e trace=execve,openat,write -o {kept} dash -s", leaking)
    assert len(leaks(kept.read_text(errors="replace").splitlines())) == 1


FOREIGN = {
    "an issuer that nobody trusts": World(trusted=False),
    "a certificate for another name": World(certified="kv-fabrikam.vault.azure.net"),
    "a vault of a foreign host": World(host="kv-contoso.vault.azure.net.example.org"),
    "a host that only ends alike": World(host="evil-vault.azure.net"),
    "a name below a vault's": World(host="a.kv-contoso.vault.azure.net"),
    "the vault's name before a user's sign": World(
        settings=settings(observedCertificates=[f"https://{HOST}@127.0.0.1/secrets/web"])
    ),
    "another port": World(settings=settings(observedCertificates=[f"https://{HOST}:8443/secrets/web"])),
    "a redirect": World(
        vault={"status": 302, "body": "", "headers": {"Location": f"https://{HOST}/secrets/elsewhere"}}
    ),
    "shell text in the name": World(
        settings=settings(observedCertificates=[f"https://{HOST}/secrets/$(touch /run/owned)`id`"])
    ),
}


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("shell", ["dash", "without curl", "openssl and bash"])
@pytest.mark.parametrize("name", FOREIGN)
def test_the_token_goes_nowhere_but_to_a_verified_vault(name: str, shell: str, tmp_path: Path) -> None:
    path, how = SHELLS[shell]
    with node(FOREIGN[name], tmp_path / "node") as inside:
        ended = inside.ssh(f"{path}{how} -s; test ! -e /run/owned", script(WANTED), 110)
        calls = inside.calls
    assert (ended.returncode, ended.stderr) == (0, b"")
    signed = [call["path"] for call in calls if "Authorization" in call["headers"]]
    assert signed == (["/secrets/web?api-version=7.4"] if name == "a redirect" else [])
    assert any(CLIENT in call["path"] for call in calls if call["at"] == "imds") or name not in {
        "an issuer that nobody trusts",
        "a certificate for another name",
        "a redirect",
    }
