"""What a hostile node has on its disk, and what it sends when it does not even run the script."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.node import disk, shell
from troubleshooter.simulator.wire import batch_wire
from troubleshooter.simulator.world import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import paramiko
    import pytest

    from troubleshooter.simulator.extension.akvvm import Fate
    from troubleshooter.simulator.node.story import NodeStory

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
MARK = "hostilemark"
ERROR = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac"
LINES = (
    f"{MARK} \x1b[2J\x1b[H\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x07 \x9b31m",
    f"{MARK} \x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    f"{MARK} [bold red]markup[/] [@click=app.quit]press[/] [link=https://evil.example]x[/link] [/nothing] [",
    f"{MARK} \u202egnirts\u202c \u2066x\u2069 \u200b\ufeff zero",
    f"{MARK} <script>alert(1)</script> <img src=x onerror=alert(1)> | [x](javascript:alert(1)) ``` <!--",
    f"{MARK} carriage\rreturn\x0bvt\x0cff\x85nel\u2028ls",
    f"{MARK} nul\0s and {'A' * 300_000} long",
)
MESSAGE = f"{MARK} \ud800 \udfff \0 \x1b[2J [bold]x[/] {'B' * 20_000}"
"""What Azure passes on of a status; JSON may hold half a character."""
RAW = (
    b"2026-05-16 19:49:23: <error> [CertificateManager]\tinvalid \xff\xfe\xc3( \xed\xa0\x80 "
    + b"\0" * 500
    + b"\n"
)


def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every node that is made from now on has them."""
    write = disk.write_disk

    def write_disk(folder: Path, story: NodeStory) -> None:
        write(folder, replace(story, log_lines=(*story.log_lines, *(f"{ERROR} {line}" for line in LINES))))
        plant(folder)

    monkeypatch.setattr(machine, "write_disk", write_disk)
    extension = batch_wire.extension

    def reported(one: Any, fate: Fate | None, *rest: Any) -> Any:
        told = replace(fate, message=f"{fate.message} {MESSAGE}") if fate else None
        return extension(one, told, *rest)

    monkeypatch.setattr(batch_wire, "extension", reported)


def plant(folder: Path) -> None:
    logs = folder / LOGS
    (logs / "raw.log").write_bytes(RAW * 50)
    for name in (
        "new\nline.log",
        "esc\x1b[31m.log",
        "[bold]x[_bold].log",
        "-rf",
        "$(touch hostile).log",
        "a;b`c`.log",
    ):
        (logs / name).write_text(f"{ERROR} {MARK} odd name\n")
    (logs / "link.log").symlink_to("/etc/passwd")
    (logs / "folder").symlink_to("/etc")
    os.link(logs / "raw.log", logs / "hard.log")
    os.mkfifo(logs / "pipe.log")
    (logs / "bomb.gz").write_bytes(b"\x1f\x8b\x08" + bytes(100))
    with (logs / "sparse.log").open("wb") as sparse:
        sparse.truncate(3 << 30)
    many = logs / "events"
    many.mkdir(exist_ok=True)
    for number in range(700):
        (many / f"{number}.json").write_text("{}")
    deep = logs
    for _ in range(40):
        deep = deep / "d"
        deep.mkdir()


def member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "", size: int = -1
) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data) if size < 0 else size
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)


def archive() -> Iterator[bytes]:
    """A tar as nobody should send it; the one good file is first, the endless one last."""
    good = f"{ERROR} {MARK} it is a good file\n".encode()
    yield member(f"{LOGS}/akvvm_service.log", good)
    for name in (
        "/etc/hostile",
        "../../../../hostile",
        f"{LOGS}/../../../../../../hostile",
        "",
        "\n",
        "etc/hostile",
    ):
        yield member(name, b"hostile\n")
    yield member(f"{LOGS}/new\nline\x1b[2J.log", good)
    yield member(f"{LOGS}/link", kind=tarfile.SYMTYPE, link="/etc/passwd")
    yield member(f"{LOGS}/link/hostile", b"through the link\n")
    yield member(f"{LOGS}/hard", kind=tarfile.LNKTYPE, link="/etc/passwd")
    for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
        yield member(f"{LOGS}/device", kind=kind)
    yield member(f"{LOGS}/{'n' * 3000}.log", good)
    yield member(f"{LOGS}/akvvm_service.log", b"the second of its name\n")
    yield member(f"{LOGS}/sparse", kind=tarfile.GNUTYPE_SPARSE)
    yield member(f"{LOGS}/bomb.log", size=6 << 30)
    while True:
        yield bytes(1 << 20)


def instead_of_the_script(monkeypatch: pytest.MonkeyPatch, sent: Callable[[], Iterator[bytes]]) -> None:
    """Nodes answer any command with this, and complain in escapes."""

    def run(channel: paramiko.Channel, _command: str, _root: Path, _environment: dict[str, str]) -> None:
        with contextlib.suppress(OSError, EOFError):  # the client has had enough
            channel.sendall_stderr(b"\x1b[2J[bold]complaint[/]\n" * 1000)
            for data in sent():
                channel.sendall(data)
            channel.send_exit_status(0)
        with contextlib.suppress(OSError, EOFError):
            channel.close()

    monkeypatch.setattr(shell, "run", run)


def names(bundle: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(bundle)) as opened:
        return opened.getnames()
