from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from troubleshooter.analyse import spool
from troubleshooter.analyse.sources import sources as opened
from troubleshooter.archives import budget

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ended

DENIED = (
    b"2026-11-22 20:01:02: <info> [CertificateManager] Refreshing 'https://kv.vault.azure.net/secrets/a/' "
    b'failed with exception: {"error":{"code":"Forbidden",'
    b'"message":"Caller is not authorized to perform action on resource.",'
    b'"innererror":{"code":"ForbiddenByRbac"}}}\n'
)
STARTED = b"2026-11-22 20:01:02: <info> [CertificateManager] Started\n"
QUIET = (
    STARTED
    + b"2026-11-22 20:01:03: <info> [CertificateManager] Completed refreshing observed certificates.\n"
)
PUZZLE = b"2026-11-22 20:01:02: <error> [Moon] the cheese is denied\n"
NAME = "tvm-1_1-p/var/log/azure/akvvm_service.log"


def tar(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]  # mode is one of two
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [DENIED, gzip.compress(DENIED), tar({NAME: DENIED}), tar({NAME: DENIED}, "w"), zipped({NAME: DENIED}),
     tar({"logs/node.tar.gz": tar({NAME: DENIED})}), tar({"akvvm.log.1.gz": gzip.compress(DENIED)})],
    ids=["log", "log.gz", "tar.gz", "tar", "zip", "tar.gz in tar.gz", "log.gz in tar.gz"],
)  # fmt: skip
def test_the_cause_is_found_in_whatever_form_the_log_comes(
    data: bytes, tmp_path: Path, invoke: Callable[..., Ended]
) -> None:
    file = tmp_path / "given"
    file.write_bytes(data)
    in_file = invoke("analyze", str(file), "--output", "json")
    on_input = invoke("analyze", "-", "--output", "json", stdin=data)
    in_folder = invoke("analyze", str(tmp_path), "--output", "json")

    for ended in (in_file, on_input, in_folder):
        assert ended.code == 3
        assert ended.document["root_cause"] == "kv-403-rbac"
        assert ended.document["findings"][0]["evidence"][0]["line"] == 1


def test_the_node_is_taken_from_the_path(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    (tmp_path / "b.tar.gz").write_bytes(tar({NAME: DENIED}))

    finding = invoke("analyze", str(tmp_path), "--output", "json").document["findings"][0]

    assert finding["nodes"] == ["tvm-1_1-p"]


@pytest.mark.parametrize(("log", "code"), [(QUIET, 0), (PUZZLE, 4), (STARTED, 8), (b"hello\n", 8), (b"", 8)])
def test_the_exit_code_says_what_was_seen(log: bytes, code: int, invoke: Callable[..., Ended]) -> None:
    assert invoke("analyze", "-", stdin=log).code == code


def test_an_empty_folder_ends_with_8(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    (tmp_path / "empty").mkdir()

    assert invoke("analyze", str(tmp_path / "empty")).code == 8


def test_a_missing_path_ends_with_5(invoke: Callable[..., Ended]) -> None:
    assert invoke("analyze", "/nowhere").code == 5


def test_a_damaged_archive_ends_with_8_and_what_was_read_counts(
    tmp_path: Path, invoke: Callable[..., Ended]
) -> None:
    filler = bytes(range(256)) * 4000
    whole = tar({NAME: DENIED, "z": filler}, "w")
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])

    ended = invoke("analyze", str(tmp_path), "--output", "json")

    assert ended.code == 8
    assert ended.document["root_cause"] == "kv-403-rbac"
    assert "cut.tar" in ended.document["left_out"][0]


def test_a_member_cannot_write_outside_nor_point_outside(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in ("../../escaped", "/absolute"):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"x\n"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "evil.tar").write_bytes(packed.getvalue())

    with opened([str(tmp_path / "in")]) as found:
        assert [Path(file.name).name for file in found.files] == ["escaped", "absolute"]

    assert {path.name for path in tmp_path.rglob("*")} == {"evil.tar", "in", "home"}


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")

    with opened([str(tmp_path)]) as found:
        assert found.files == []


def test_what_unpacks_without_end_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMBER_LIMIT", 1024 * 1024)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 8_000_000))

    with opened([str(tmp_path)]) as found:
        assert found.files == []
        assert "larger than 1 MiB" in str(found.left_out[0])


def test_too_many_files_are_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MEMBERS", 2)
    for number in range(4):
        (tmp_path / str(number)).write_text("x")

    with opened([str(tmp_path)]) as found:
        assert len(found.files) == 2
        assert [left.name for left in found.left_out] == [str(tmp_path)]


def test_an_encrypted_member_is_left_out(tmp_path: Path) -> None:
    data = bytearray(zipped({"a": b"x"}))
    data[6] |= 1  # the flag of an encrypted member, in its local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    (tmp_path / "locked.zip").write_bytes(data)

    with opened([str(tmp_path)]) as found:
        assert "encrypted" in str(found.left_out[0])


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    (tmp_path / "b.zip").write_bytes(zipped({NAME: DENIED}))
    with opened([str(tmp_path / "b.zip")]) as found:
        assert found.files
        assert list(room.iterdir())

    assert list(room.iterdir()) == []


SETTINGS = (
    b'{"runtimeSettings": [{"handlerSettings": {"publicSettings": {"secretsManagementSettings": '
    b'{"pollingIntervalInS": 3600, "observedCertificates": ["https://v.vault.azure.net/secrets/s"]}}}}]}'
)


def test_settings_are_linted_and_joined_with_the_log(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    (tmp_path / "0.settings").write_bytes(SETTINGS)
    alone = invoke("analyze", str(tmp_path), "--output", "json").document
    (tmp_path / "0.status").write_text(
        '[{"status": {"status": "error", "formattedMessage": {"message": '
        "\"Failed to parse the configuration settings with: 'not a string'\"}}}]"
    )
    both = invoke("analyze", str(tmp_path), "--output", "json").document

    assert (alone["root_cause"], alone["findings"][0]["confidence"]) == ("kv-config-not-a-string", "likely")
    assert (both["root_cause"], both["findings"][0]["confidence"]) == ("kv-config-not-a-string", "confirmed")
    assert len(both["findings"][0]["evidence"]) == 2


OWN = """\
- id: moon-cheese
  title: The moon is made of cheese
  good: The moon is made of stone
  severity: error
  confidence: confirmed
  label: KV
  record: Its own log says that there is no cheese
  applies: {files: [akvvm]}
  match: {any: [the cheese is denied]}
  explanation: It is.
  matches: [the cheese is denied, 'alas, the cheese is denied']
  ignores: [the cheese, denied]
  sources: [https://example.org]
"""


def test_own_rules_beside_the_shipped_ones(
    tmp_path: Path, invoke: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    by_option = invoke("analyze", "-", "--rules", str(tmp_path), "--output", "json", stdin=PUZZLE + DENIED)
    monkeypatch.setenv("TROUBLESHOOTER_RULES", str(tmp_path / "own.yaml"))
    by_variable = invoke("analyze", "-", "--output", "json", stdin=PUZZLE)

    assert {finding["id"] for finding in by_option.document["findings"]} == {"moon-cheese", "kv-403-rbac"}
    assert by_variable.document["root_cause"] == "moon-cheese"
    assert by_variable.document["unexplained"] == []
    assert invoke("playbooks", "test", "moon-cheese", "-", stdin=PUZZLE).out.startswith("1: ")


def test_what_happened_when(invoke: Callable[..., Ended]) -> None:
    (moment,) = invoke("analyze", "-", "--output", "json", stdin=DENIED * 3).document["timeline"]
    shown = invoke("analyze", "-", "--timeline", stdin=DENIED * 3).out

    assert (moment["at"], moment["offset"], moment["count"]) == ("2026-11-22T20:01:02.000Z", "assumed UTC", 3)
    assert "2026-11-22 20:01:02 UTC, assumed UTC" in shown
    assert "(3 times)" in shown


def test_unknown_errors_are_grouped_and_counted(invoke: Callable[..., Ended]) -> None:
    (line,) = invoke("analyze", "-", "--output", "json", stdin=PUZZLE * 7).document["unexplained"]

    assert (line["line"], line["count"]) == (1, 7)


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (bytes(range(256)) * 8, False),
        (b"\x7fELF\x02\x01\x01\0" + b"\x03\x00\x3e\x00\x01\x02" * 80, False),
        (DENIED.decode().encode("utf-16"), True),
        (DENIED.decode().encode("utf-16-le"), True),
        (b"\0" * 4096 + b"\n" + DENIED, True),
        (b"\x1b[31m" + DENIED, True),
    ],
    ids=["random", "program", "utf-16", "utf-16 without a mark", "cut by a crash", "coloured"],
)
def test_what_is_no_text_is_said_and_not_read(
    data: bytes, read: bool, tmp_path: Path, invoke: Callable[..., Ended]
) -> None:
    (tmp_path / "given").write_bytes(data)
    ended = invoke("analyze", str(tmp_path), "--output", "json")

    assert ended.document["files"] == int(read)
    assert ("it is no text" in ended.err) is not read


def test_a_picture_beside_a_log_makes_nothing_missing(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    (tmp_path / "a.log").write_bytes(DENIED)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 8)

    assert invoke("analyze", str(tmp_path)).code == 3


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (b"", ("Read 1 file, which is empty.", "Nothing that was read is a log")),
        (QUIET, ("Read 1 file.", "✔ No known cause was found. What was read is clean")),
        (PUZZLE, ("▲ No known cause was found. There are error lines",)),
        (DENIED, ("Cause found (confirmed)",)),
    ],
)
def test_the_text_begins_with_the_verdict_and_says_what_was_read(
    log: bytes, said: tuple[str, ...], invoke: Callable[..., Ended]
) -> None:
    out = invoke("analyze", "-", stdin=log).out

    assert "found" in out.splitlines()[0].lower()
    assert all(words in out for words in said)
