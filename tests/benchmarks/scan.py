"""How fast files are scanned with every rule, beside ripgrep with the same patterns. Prints a table.

    python -m tests.benchmarks.scan [MEGABYTES]

Each row is a process of its own, one thread, with its start. Speeds are of the time in which it was busy, so
that what else the machine does does not count. ripgrep is `rg -n -j1 -f` (Debian package ripgrep).
"""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import load_rules

QUIET = (
    "{t}: <info> [CertificateManager]\tStarting refreshing observed certificates...",
    "{t}: <info> [CertificateManager]\tBeginning refresh for: {url}",
    "{t}: <debug> [CertificateManager]\tretrieved '{url}/'; most recent version is '{n:032x}'",
    "{t}: <info> [CertificateManager]\tCompleted refreshing observed certificates.",
    "{t}: <info> [CertificateManager]\tChecking state of termination event with a timeout of 3600000",
    "{t}: <debug> [CertificateManagementConfiguration]\tFound v3.x configuration with ACL",
)
LOUD = (
    "{t}: <info> [CertificateManager]\tRefreshing '{url}/' failed with exception: ForbiddenByRbac",
    "{t}: <info> [CertificateManager]\tthe frobnication {n} failed",
)
LOUD_SHARE = 0.005
"""As in a log of a node that retries: one refused request among its talk."""


def main(megabytes: int) -> None:
    room = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        log, patterns = room / "akvvm_service.log", room / "patterns"
        _write_log(log, megabytes * 1024 * 1024)
        patterns.write_text(
            "\n".join(load_rules(settings.playbooks_folder() / "rules", known=KNOWN).patterns) + "\n"
        )
        size = log.stat().st_size / 1e6
        print(f"one log of {size:.0f} MB, {len(patterns.read_text().splitlines())} patterns, one thread")
        _row("reading it, to warm the cache", ["cat", str(log)], size)
        ours = _row(
            "every rule, this program",
            [sys.executable, "-m", "tests.benchmarks.scan", "--scan", str(log)],
            size,
        )
        if rg := shutil.which("rg"):
            theirs = _row(
                "rg -n -j1 -f, same patterns", [rg, "-n", "-j1", "-a", "-f", str(patterns), str(log)], size
            )
            print(f"share of ripgrep's speed: {theirs / ours:.0%}")
        else:
            print("ripgrep is not installed: nothing to compare with")
        log.unlink()
        _many_files(room)
    finally:
        shutil.rmtree(room)


def _row(name: str, command: list[str], megabytes: float) -> float:
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - start
    if process.returncode not in {0, 3, 4}:
        raise SystemExit(f"{name} ended with {process.returncode}")
    busy = usage.ru_utime + usage.ru_stime
    print(
        f"{name:32}{took:8.2f} s{busy:8.2f} s busy{megabytes / busy:8.0f} MB/s"
        f"{usage.ru_maxrss / 1024:8.0f} MB of memory"
    )
    return busy


def _many_files(room: Path) -> None:
    """4,000 small files: analysed where they lie in the archive, against unpacking and then analysing."""
    packed = room / "nodes.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        for number in range(4000):
            data = "".join(_lines(number, 20_000)).encode()
            member = tarfile.TarInfo(f"tvm-{number}/akvvm_service.log")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    size = 4000 * 0.02
    scan = [sys.executable, "-m", "tests.benchmarks.scan", "--scan"]
    print(f"4,000 files of 20 KB in {packed.stat().st_size / 1e6:.0f} MB of tar.gz")
    whole = _row("the archive", [*scan, str(packed)], size)
    folder = room / "unpacked"
    folder.mkdir()
    unpack = _row("unpacking with tar", ["tar", "-xzf", str(packed), "-C", str(folder)], size)
    apart = _row("and the folder", [*scan, str(folder)], size)
    print(f"archive against unpacking plus scanning: {whole:.2f} s, {unpack + apart:.2f} s")


def _write_log(path: Path, size: int) -> None:
    block = "".join(_lines(1, 16 * 1024 * 1024)).encode()
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)


def _lines(seed: int, size: int) -> list[str]:
    chance = random.Random(seed)
    lines: list[str] = []
    written = 0
    while written < size:
        kinds = LOUD if chance.random() < LOUD_SHARE else QUIET
        stamp = f"2026-01-{chance.randrange(1, 29):02} 03:04:{chance.randrange(60):02}"
        number = chance.randrange(100_000)
        url = f"https://kv-{number}.vault.azure.net/secrets/web-{number}"
        line = chance.choice(kinds).format(t=stamp, n=number, url=url) + "\n"
        lines.append(line)
        written += len(line)
    return lines


def _scan(paths: list[str]) -> None:
    from troubleshooter.cli import main as command

    sys.argv = ["troubleshooter", "analyze", *paths]
    command()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--scan"]:
        _scan(sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
