"""What the probe makes of a node's own files and tools: its functions by themselves."""

from __future__ import annotations

import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("answers", "calls", "settings", "services", "node", "main")
SHELLS = ("sh", *(pytest.param(shell, marks=pytest.mark.slow) for shell in ("dash", "bash", "busybox sh")))
HOST, PINNED, SERVER = "kv-contoso.vault.azure.net", "10.77.0.4", "168.63.129.16"
STUB = "nameserver 127.0.0.53\noptions edns0\n"
DENIED = (
    'type=AVC msg=audit(1714557600.123:456): avc:  denied  { write } for  pid=1234 comm="akvvm_service"'
    " tcontext=system_u:object_r:cert_t:s0 tclass=dir permissive=0\n"
)


def said(shell: str, root: Path, *calls: str) -> str:
    """What these functions say where a node's root is this folder, whose /bin is among its tools."""
    folder = files("troubleshooter.collect.probe")
    text = "".join((folder / f"{part}.sh").read_text() for part in PARTS)
    functions = text.removesuffix('main "$@" </dev/null\n')
    assert functions != text
    begins = (
        f"own_units=akvvm_service.service own_stores= stores= root={root} started=0 best=99 head_word=well"
    )
    asked = "\n".join((functions, begins, "prepared", "tools", "started=$now", *calls))
    ended = subprocess.run(
        [*shell.split(), "-s"], input=asked, env={"PATH": f"{root}/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.stderr == ""
    return ended.stdout


def tool(root: Path, name: str, text: str) -> None:
    written(root, **{f"bin__{name}": f"#!/bin/sh\n{text}\n"})
    (root / "bin" / name).chmod(0o755)


def written(root: Path, **texts: str) -> None:
    for place, text in texts.items():
        path = root / place.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"{PINNED} {HOST}\n", PINNED),
        (f"{PINNED} {HOST}", PINNED),
        (f"{PINNED}\tkv  {HOST}\r\n", PINNED),
        (f"{PINNED} {HOST.upper()} # ours\n", PINNED),
        (f"#{PINNED} {HOST}\n", ""),
        (f"# {PINNED} {HOST}\n", ""),
        (f"{PINNED} other # {HOST}\n", ""),
        (f"{PINNED} not-{HOST} {HOST}.example\n", ""),
        ("", ""),
    ],
)
def test_the_hosts_file_is_read_as_the_system_reads_it(
    line: str, found: str, shell: str, tmp_path: Path
) -> None:
    written(tmp_path, etc__hosts=f"127.0.0.1 localhost\n{line}")
    assert said(shell, tmp_path, f"in_hosts {HOST}", "printf '%s' \"$found\"") == found


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("texts", "servers"),
    [
        ({"etc__resolv.conf": f"search x\nnameserver {SERVER}"}, SERVER),
        ({"etc__resolv.conf": f"nameserver {SERVER}\nnameserver ::1\n"}, f"{SERVER} ::1"),
        ({"etc__resolv.conf": f"#nameserver 1.1.1.1\nnameserver\t{SERVER}\n"}, SERVER),
        (
            {"etc__resolv.conf": STUB, "run__systemd__resolve__resolv.conf": f"nameserver {SERVER}\n"},
            SERVER,
        ),
        ({"etc__resolv.conf": STUB}, "127.0.0.53"),
        (
            {
                "etc__resolv.conf": f"nameserver {SERVER}\n",
                "run__systemd__resolve__resolv.conf": "nameserver 9.9.9.9\n",
            },
            SERVER,
        ),
        ({"run__systemd__resolve__resolv.conf": f"nameserver {SERVER}\n"}, SERVER),
        ({"etc__resolv.conf": "\n"}, "a server that no file names"),
        ({}, "a server that no file names"),
    ],
)
def test_the_servers_are_those_that_are_asked(
    texts: dict[str, str], servers: str, shell: str, tmp_path: Path
) -> None:
    """Those of systemd-resolved are only where its stub, or nobody, is named."""
    written(tmp_path, **texts)
    assert said(shell, tmp_path, "servers") == servers


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("mode", "status", "words"),
    [("1", "fail", "denied"), ("0", "note", "permissive"), ("0\n", "note", "permissive")],
)
def test_where_selinux_is_permissive_an_old_denial_is_no_failure(
    mode: str, status: str, words: str, shell: str, tmp_path: Path
) -> None:
    """The kernel writes its mode without a newline."""
    written(tmp_path, **{"sys__fs__selinux__enforce": mode, "var__log__audit__audit.log": DENIED})
    answer = said(shell, tmp_path, "selinux_told", "printf '%s' \"$told\"").split("\t")
    assert (answer[:2], words in answer[-1]) == (["selinux", status], True)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("mode", "told"), [("1", "enforcing"), ("0", "permissive"), ("", "not known")])
def test_the_mode_of_selinux_is_told(mode: str, told: str, shell: str, tmp_path: Path) -> None:
    written(tmp_path, sys__fs__selinux__enforce=mode)
    assert f"\t{told}; no denial" in said(shell, tmp_path, "selinux_told", "printf '%s' \"$told\"")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("/dev/sda1 1000000 1000000 0 100% /", "fail"),
        ("/dev/sda1 1000000 999990 10 100% /", "fail"),
        ("/dev/sda1 1000000 950000 0 100% /", "unknown"),
        ("/dev/sda1 1000000 900000 50000 95% /", "pass"),
        ("/dev/sda1 1000000 - - - /", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_disk_whose_rest_is_kept_for_root_is_not_said_to_be_full(
    line: str, status: str, shell: str, tmp_path: Path
) -> None:
    """The extension runs as root, for whom ext4 keeps a part back."""
    answer = said(shell, tmp_path, f"shown=/x; begin; room disk '{line}' KiB 64", "printf '%s' \"$told\"")
    assert answer.split("\t")[:2] == ["disk", status]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("environment", "proxied"),
    [
        ("HTTPS_PROXY=http://p:1", "systemd's environment"),
        ("LANG=C\nall_proxy=http://p:1", "systemd's environment"),
        ("http_proxy=http://p:1", ""),
        ("NO_HTTPS_PROXY=1", ""),
        ("HTTPS_PROXY=", ""),
    ],
)
def test_a_proxy_that_every_service_is_given_is_the_extension_s_too(
    environment: str, proxied: str, shell: str, tmp_path: Path
) -> None:
    """DefaultEnvironment of systemd stands in no unit."""
    tool(tmp_path, "systemctl", f"case $1 in show-environment) printf '%s\\n' '{environment}' ;; esac")
    told = said(shell, tmp_path, "unit_asked", "around_told", 'printf "%s\\n%s" "$proxied" "$told"')
    assert told.partition("\n")[0] == proxied
    assert told.endswith(f"{'a proxy is set in: ' + proxied if proxied else 'none is set'}\n")


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("by", ["/usr/bin/timeout", "busybox timeout", "false"])
def test_what_is_ended_for_its_time_gives_the_same_whatever_ends_it(
    by: str, shell: str, tmp_path: Path
) -> None:
    """Coreutils' timeout gives 124, busybox's 143; where there is none, the probe waits itself."""
    tool(tmp_path, "timeout", f'exec {by} "$@"')
    calls = (
        "limited 1 sleep 5 2>/dev/null",
        'printf "%s " "$?"',
        "limited 5 sh -c 'exit 7'",
        'printf "%s" "$?"',
    )
    assert said(shell, tmp_path, *calls) == "124 7"
