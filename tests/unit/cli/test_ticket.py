"""`analyze --output ticket`: one sheet of text for whoever brings files; nothing secret is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.flows.canary.secrets import Canaries, key_block, lines
from tests.unit.cli.test_analyze import DENIED
from troubleshooter.report.ticket_paper import LINES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended

ID = "8b6c1f3a-52d0-4c1e-9c55-0d6f3f7b2a11"


def test_a_log_leads_to_a_ticket_with_the_exit_code_of_its_findings(
    tmp_path: Path, invoke: Callable[..., Ended]
) -> None:
    log = tmp_path / "tvm-1_1-p/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.1.2/akvvm.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(DENIED + f"2026-11-22 20:01:03: <error> x-ms-request-id: {ID}\n".encode())
    ended = invoke("analyze", str(tmp_path), "--output", "ticket")

    assert ended.code == 3
    ticket = ended.out.splitlines()
    assert len(ticket) <= LINES
    assert ticket[1].startswith(
        "What       The pool's identity may not read secrets in the vault (confirmed;"
    )
    assert "node tvm-1_1-p" in ended.out
    assert "extension KeyVaultForLinux 3.5.1.2" in ended.out
    assert f"2026-11-22 20:01:03: x-ms-request-id {ID} (akvvm.log:2)" in ended.out
    assert "incident: 2026-11-22 20:01:0" in ended.out


def test_what_is_no_log_leads_to_a_ticket_that_says_so(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    (tmp_path / "a.txt").write_text("hello\n")
    ended = invoke("analyze", str(tmp_path / "a.txt"), "--output", "ticket")

    assert ended.code == 8
    assert "What       No known cause was found." in ended.out


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    ended = invoke("analyze", str(tmp_path / "none"), "--output", "ticket")

    assert (ended.code, ended.out) == (5, "")
    assert "none" in ended.err


def test_no_secret_of_a_file_stands_in_its_ticket(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    """Three at a time, so that each has a line of the sheet; and one in the name of a file."""
    canaries = Canaries()
    secrets = [*lines(canaries), key_block(canaries)]
    for number in range(0, len(secrets), 3):
        log = tmp_path / f"{number} sig={canaries.new(f'name {number}')}.log"
        error = f"2026-11-22 20:01:02: <error> failed RequestId: {ID}"
        log.write_text("".join(f"{error} {secret} Moon{secret}\n" for secret in secrets[number : number + 3]))
        ended = invoke("analyze", str(log), "--output", "ticket")

        assert canaries.found((ended.out + ended.err).encode()) == []
        assert ID in ended.out


def test_what_a_file_says_begins_no_line_of_its_ticket(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(
        DENIED.replace(b"failed with", b"\rNeeded     from you\x1b[2J\xe2\x80\xa8Found x failed with")
    )
    ended = invoke("analyze", str(log), "--output", "ticket")

    assert ended.code == 3
    assert all(line.isprintable() and len(line) <= WIDTH for line in ended.out.splitlines())
    assert sum(line.startswith(("Needed", "Found")) for line in ended.out.splitlines()) == 2
