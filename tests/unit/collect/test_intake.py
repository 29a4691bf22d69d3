"""What a broken or hostile node may send, and what becomes of it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import tracemalloc
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wanted import WANTED
from troubleshooter.collect import intake as limits
from troubleshooter.collect.intake import Arrived, Intake, written_out

LOG = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/a.log"
SETTINGS = "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5/config/0.settings"
PKCS12 = bytes.fromhex("30820a0002010330820a0006092a864886f70d010701") + bytes(range(200))
PEM = "-----BEGIN EC PRIVATE{0}-----\nbWFkZSB1cA==\n-----END EC PRIVATE{0}-----\n".format(" KEY")


def member(name: str, data: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def archive(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def take(data: bytes) -> tuple[dict[str, Arrived], Intake]:
    intake = Intake(WANTED)
    return {file.name: file for file in intake.files(io.BytesIO(data).read)}, intake


def test_an_ordinary_file_is_taken_under_its_path_on_the_node() -> None:
    files, intake = take(
        archive(member(f"./{LOG}", b"line\n"), member("answers/systemctl-show.txt", b"Id=x\n"))
    )
    assert set(files) == {f"/{LOG}", "answers/systemctl-show.txt"}
    assert files[f"/{LOG}"] == Arrived(f"/{LOG}", b"line\n", hashlib.sha256(b"line\n").hexdigest(), "")
    assert (intake.complete, intake.partial, intake.left_out) == (True, [], [])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "/etc/passwd: its name is absolute, leads upwards or is empty."),
        ("var/log/azure/../../../etc/shadow", "var/log/azure/../../../etc/shadow: its name is absolute"),
        ("..", "..: its name is absolute"),
        ("etc/shadow", "etc/shadow: nobody asked for it."),
        ("answers/probe.txt", "answers/probe.txt: nobody asked for it."),
        ("answers/Left-Out.txt", "answers/Left-Out.txt: nobody asked for it."),
        ("var/log/azure/x/cert.pem", "its name is that of a certificate or key."),
        ("var/log/azure/x/CERT.PFX.1700", "its name is that of a certificate or key."),
        ("var/log/azure/x/evil\x1b[2J\n.log", "x/evil\\x1b[2J\\n.log"),
    ],
)
def test_a_member_that_nobody_should_send_is_named_and_dropped(name: str, reason: str) -> None:
    info, _ = member("x", b"payload")
    info.name = name
    files, intake = take(archive((info, b"payload"), member(LOG, b"after")))
    text = "\n".join([*intake.left_out, *files])
    assert reason in text
    assert files[f"/{LOG}"].data == b"after"
    assert not any(character in text for character in "\x1b")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (tarfile.SYMTYPE, "a link"),
        (tarfile.LNKTYPE, "a link"),
        (tarfile.CHRTYPE, "a device or pipe"),
        (tarfile.BLKTYPE, "a device or pipe"),
        (tarfile.FIFOTYPE, "a device or pipe"),
        (b"V", "of an unknown kind"),
    ],
)
def test_links_and_devices_are_named_and_dropped(kind: bytes, told: str) -> None:
    files, intake = take(
        archive(member(LOG, type=kind, linkname="/etc/shadow"), member("etc/os-release", b"ID=x\n"))
    )
    assert set(files) == {"/etc/os-release"}
    assert intake.left_out == [f"{LOG}: it is {told}."]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_read_in_both_forms(form: int) -> None:
    name = "var/log/azure/" + "é" * 120 + "/" + "b" * 120 + ".log"
    files, intake = take(archive(member(name, b"x"), form=form))
    assert set(files) == {f"/{name}"}
    assert intake.complete


def test_a_name_that_comes_twice_counts_once() -> None:
    files, intake = take(archive(member(LOG, b"first"), member(LOG, b"second")))
    assert files[f"/{LOG}"].data == b"first"
    assert intake.left_out == [f"{LOG}: it came twice."]


@pytest.mark.parametrize("length", [0, 100, 512, 700, 1536, 2048])
def test_a_stream_that_ends_early_is_partial_and_keeps_what_came(length: int) -> None:
    data = archive(member(LOG, b"whole"), member("etc/os-release", b"x" * 600))
    files, intake = take(data[:length])
    assert not intake.complete
    assert len(intake.partial) == 1
    assert (f"/{LOG}" in files) == (length >= 1024)
    assert "/etc/os-release" not in files


def test_a_file_larger_than_agreed_is_named_and_the_next_one_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE", 1 << 20)
    files, intake = take(archive(member(LOG, bytes(2_200_000)), member("etc/os-release", b"x")))
    assert set(files) == {"/etc/os-release"}
    assert intake.left_out == [f"{LOG}: it is larger than 2 MiB."]


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ((8 << 30) - 1, "it ended in the middle of a file"),
        (1 << 60, "it holds something that is no tar header"),
    ],
)
def test_a_size_that_is_a_lie_is_not_believed(size: int, told: str) -> None:
    info, _ = member(LOG)
    info.size = size
    files, intake = take(info.tobuf(tarfile.GNU_FORMAT) + bytes(5000))
    assert files == {}
    assert intake.partial == [f"The archive was read only in part: {told}."]


def test_an_endless_stream_is_left() -> None:
    block = member(LOG, bytes(1 << 20))
    one = block[0].tobuf(tarfile.USTAR_FORMAT) + block[1]
    given_out = 0

    def read(size: int) -> bytes:
        nonlocal given_out
        start = given_out % len(one)
        given_out += size
        return (one + one)[start : start + size]

    intake = Intake(WANTED)
    assert len(list(intake.files(read))) == 1
    assert "larger than" in intake.partial[0]
    assert given_out < 50 << 20


def test_many_empty_members_are_left() -> None:
    header = member(LOG)[0].tobuf(tarfile.USTAR_FORMAT)
    files, intake = take(header * 5000)
    assert len(files) == 1
    assert "more than 1000 entries" in intake.partial[0]
    assert len(intake.left_out) == 201


@pytest.mark.parametrize(
    "record", [b"99999999 path=x\n", b"x path=x\n", b"0 a=b\n", b"5 a=b", b"15 size=999999\n"]
)
def test_a_malformed_extended_header_ends_the_reading(record: bytes) -> None:
    info, _ = member("pax", record, type=b"x")
    files, intake = take(archive((info, record), member(LOG, b"x")))
    assert files == {}
    assert not intake.complete


def test_what_is_no_tar_is_said() -> None:
    _, intake = take(b"Welcome to this machine!\n" * 100)
    assert intake.partial == ["The archive was read only in part: it holds something that is no tar header."]


@given(st.binary(max_size=3000))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    whole = archive(member(LOG, b"content"))
    take(data)
    take(whole[:1024] + data)


@given(st.integers(0, 1023), st.integers(0, 255))
def test_no_changed_byte_makes_it_fail(place: int, value: int) -> None:
    data = bytearray(archive(member(LOG, b"content")))
    data[place] = value
    files, _ = take(bytes(data))
    assert len(files) <= 1


@pytest.mark.parametrize(
    "data",
    [
        PEM.encode(),
        b"log line\n" * 500 + PEM.encode(),
        PEM.split("\n", 1)[1].encode(),
        PEM.encode("utf-16-le"),
        PEM.encode("utf-32"),
        quote(PEM).encode(),
        quote_plus(PEM).encode(),
        PEM.replace(" ", "\\u0020").encode("utf-16"),
        PKCS12,
        b"text before " + PKCS12,
        base64.b64encode(PKCS12),
        b'{"value": "' + base64.b64encode(PKCS12) + b'"}',
        bytes.fromhex("308204a30201000282010100") + bytes(50),
        b"\x1f\x8b\x08compressed",
        gzip.compress(PEM.encode()),
        gzip.compress(gzip.compress(b"a log in two packings")),
        b"PK\x03\x04zip",
    ],
    ids=lambda data: f"{len(data)} bytes",  # what gzip writes holds the time
)
def test_a_private_key_or_pkcs12_is_dropped_and_named_wherever_it_lies(data: bytes) -> None:
    files, intake = take(archive(member(LOG, data), member("etc/os-release", b"ID=x\n")))
    assert set(files) == {"/etc/os-release"}
    assert len(intake.left_out) == 1
    assert intake.left_out[0].startswith(f"/{LOG}: it ")


@pytest.mark.parametrize(
    "data",
    [
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        b"0 = zero, 30 82 in text",
        b"Found private key matching thumbprint 0A1B2C3D4E5F60718293A4B5C6D7E8F901234567\n",
        b"MIIB" + base64.b64encode(bytes(range(150))),
        b"",
    ],
)
def test_what_only_looks_like_a_key_is_kept(data: bytes) -> None:
    files, _ = take(archive(member(LOG, data)))
    assert files[f"/{LOG}"].data == data


@pytest.mark.parametrize(
    "value", ['"MIIsecret"', '"a\\"b\\\\secret"', '{"k": "secret"}', '["secret"]', '"cut off secret']
)
def test_protected_settings_never_get_in(value: str) -> None:
    inner = f'{{"publicSettings": {{"a": 1}}, "protectedSettings": {value}}}'
    text = f'{{"runtimeSettings": [{{"handlerSettings": {inner}}}]}}'
    files, _ = take(archive(member(SETTINGS, text.encode())))
    for file in files.values():
        assert b"secret" not in file.data
        assert "protected settings" in file.cut
        assert file.sha256_read == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("value", ['"MIIsecret"', '{"k": "secret"}'])
def test_protected_settings_in_any_encoding_never_get_in_and_the_file_stays_in_it(
    encoding: str, value: str
) -> None:
    text = f'{{"protectedSettings": {value}, "publicSettings": {{"x": "\u00e9"}}}}'
    files, _ = take(archive(member(SETTINGS, text.encode(encoding))))
    kept = files[f"/{SETTINGS}"]
    assert json.loads(kept.data.decode(encoding)) == {
        "protectedSettings": "<left out>",
        "publicSettings": {"x": "\u00e9"},
    }
    assert kept.data[:2] == text.encode(encoding)[:2]
    assert "protected settings" in kept.cut


def test_protected_settings_leave_the_rest_readable() -> None:
    settings = {
        "runtimeSettings": [
            {"handlerSettings": {"protectedSettings": {"a": "b"}, "publicSettings": {"x": 1}}}
        ]
    }
    files, _ = take(archive(member(SETTINGS, json.dumps(settings).encode())))
    handler = json.loads(files[f"/{SETTINGS}"].data)["runtimeSettings"][0]["handlerSettings"]
    assert handler == {"protectedSettings": "<left out>", "publicSettings": {"x": 1}}


def test_protected_settings_that_cannot_be_told_apart_take_the_file_with_them() -> None:
    files, intake = take(archive(member(SETTINGS, b'{"protectedSettings": {"a": "secret", broken')))
    assert files == {}
    assert intake.left_out == [f"/{SETTINGS}: its protected settings cannot be told from the rest."]


def test_protected_settings_quoted_in_a_log_go_too() -> None:
    files, _ = take(archive(member(LOG, rb'got "{\"protectedSettings\": \"MIIsecret\", \"x\": 1}"')))
    assert files[f"/{LOG}"].data == rb'got "{\"protectedSettings\": \"<left out>\", \"x\": 1}"'


def test_null_protected_settings_leave_the_file_as_it_is() -> None:
    data = b'{"protectedSettings": null, "publicSettings": {}}'
    files, _ = take(archive(member(SETTINGS, data)))
    assert files[f"/{SETTINGS}"].data == data
    assert files[f"/{SETTINGS}"].cut == ""


def test_the_scripts_notes_become_sentences() -> None:
    cut = member("answers/note", b"cut\t904\t5000\n")
    rest = member(
        "answers/note",
        b"left-out\tvar/log/azure/x\ta link\nabsent\tvar/log/y\t\n"
        b"denied\tvar/log/z\t\nlimit\tvar/log/w\t\nodd\x1b\n",
    )
    files, intake = take(archive(cut, member(LOG, b"newest part"), member("etc/os-release", b"x"), rest))
    assert files[f"/{LOG}"].cut == "the first 904 of 5000 bytes were left out"
    assert files["/etc/os-release"].cut == ""
    assert intake.left_out == ["/var/log/azure/x: a link.", "/var/log/y: it is not there."]
    assert [line.split(" ")[0] for line in intake.partial] == ["/var/log/z", "/var/log/w"]


def test_what_cannot_be_printed_is_shown_escaped() -> None:
    assert written_out(b"a\0b\nc\x1b[31m\xff\xe2\x80\xae") == "a\\x00b\\nc\\x1b[31m\\xff\\u202e"
    assert written_out("two\u00a0words".encode()) == "two\\xa0words"
    assert written_out("ünïcode".encode()) == "ünïcode"


ROTATED = f"{LOG}.1.gz"


def test_a_rotated_log_is_unpacked_and_its_hash_is_that_of_what_the_node_has() -> None:
    packed = gzip.compress(b"old line\n")
    files, intake = take(archive(member(ROTATED, packed), member(LOG, b"new line\n")))
    assert files[f"/{LOG}.1"] == Arrived(f"/{LOG}.1", b"old line\n", hashlib.sha256(packed).hexdigest(), "")
    assert set(files) == {f"/{LOG}.1", f"/{LOG}"}
    assert intake.left_out == []


def test_packed_parts_one_after_the_other_are_one_log() -> None:
    files, _ = take(archive(member(ROTATED, gzip.compress(b"one\n") + gzip.compress(b"two\n") + bytes(9))))
    assert files[f"/{LOG}.1"].data == b"one\ntwo\n"


def test_of_a_long_packed_log_the_newest_part_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST_FILE", 1000)
    files, _ = take(archive(member(ROTATED, gzip.compress(b"old\n" * 50_000 + b"new\n" * 250))))
    assert files[f"/{LOG}.1"].data == b"new\n" * 250
    assert files[f"/{LOG}.1"].cut == "the first 200000 of 201000 bytes were left out"


def test_a_bomb_is_left_out_and_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 8 << 20)
    bomb = gzip.compress(bytes(64 << 20), 9)
    assert len(bomb) < limits.LARGEST_FILE
    tracemalloc.start()
    try:
        files, intake = take(archive(member(ROTATED, bomb), member(LOG, b"x")))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert set(files) == {f"/{LOG}"}
    assert intake.left_out == [f"/{ROTATED}: it unpacks to more than the 4 MiB that are left for it."]
    assert most < 24 << 20


def test_many_packed_logs_share_one_limit_and_bombs_use_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 8 << 20)
    log, bomb = gzip.compress(bytes(3 << 20)), gzip.compress(bytes(5 << 20))
    names = [f"{LOG}.{number}.gz" for number in range(4)]
    files, intake = take(archive(*(member(name, log) for name in names)))
    assert set(files) == {f"/{LOG}.0", f"/{LOG}.1"}
    assert len(intake.left_out) == 2
    files, intake = take(
        archive(*(member(name, data) for name, data in zip(names, [bomb, bomb, log, log], strict=True)))
    )
    assert files == {}
    assert intake.left_out[-1] == f"/{names[-1]}: it unpacks to more than the 0 MiB that are left for it."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (gzip.compress(b"line\n" * 500)[:30], "it is compressed, and its end is missing."),
        (gzip.compress(b"line\n")[:10] + b"\xff" * 40, "it is compressed and damaged"),
        (gzip.compress(archive(member(LOG, b"x"))), "it is an archive in an archive."),
        (gzip.compress(b"") * 100_000, "it is compressed in more than 50 parts."),
    ],
    ids=["cut off", "damaged", "an archive", "many parts"],  # what gzip writes holds the time
)
def test_what_cannot_be_unpacked_says_why(data: bytes, why: str) -> None:
    files, intake = take(archive(member(ROTATED, data)))
    assert files == {}
    assert len(intake.left_out) == 1
    assert intake.left_out[0].startswith(f"/{ROTATED}: {why}")


def test_of_a_packed_log_that_was_sent_in_part_nothing_is_read() -> None:
    note = f"cut\t900\t{900 + 40}\n".encode()
    files, intake = take(archive(member("answers/note", note), member(ROTATED, b"\x07" * 40)))
    assert files == {}
    assert intake.left_out == [f"/{ROTATED}: it is compressed, and larger than what is sent of one file."]


def test_a_packed_log_does_not_take_the_place_of_the_one_it_was() -> None:
    files, intake = take(archive(member(LOG, b"whole\n"), member(f"{LOG}.gz", gzip.compress(b"part\n"))))
    assert files[f"/{LOG}"].data == b"whole\n"
    assert intake.left_out == [f"/{LOG}.gz: it is compressed, and a.log was sent as well."]
