"""Archives that unpack to far more than they are; made anew for each test, never kept in the repository."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from tests.attacks.child import MIB

if TYPE_CHECKING:
    from pathlib import Path

ERROR = b"2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac\n"
"""A line that is recognised: what holds it was read."""
_SMALLEST = 9


def zip_of_zeros(members: int, mebibytes: int) -> bytes:
    """Every member is the same packed bytes, packed once; `zipfile` would pack each anew."""
    name, packed, sum_ = b"0.log", *_zeros(mebibytes)
    sizes = (zipfile.ZIP_DEFLATED, 0, 0, sum_, len(packed), mebibytes * MIB, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, *sizes) + name + packed
    entries = [
        b"PK\x01\x02"
        + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, *sizes, 0, 0, 0, 0, number * len(local))
        + name
        for number in range(members)
    ]
    listed = b"".join(entries)
    end = struct.pack("<HHHHIIH", 0, 0, members, members, len(listed), members * len(local), 0)
    return members * local + listed + b"PK\x05\x06" + end


def _zeros(mebibytes: int) -> tuple[bytes, int]:
    """Packed without a head, and their checksum."""
    packer, packed, sum_ = zlib.compressobj(_SMALLEST, zlib.DEFLATED, -15), b"", 0
    for _ in range(mebibytes):
        sum_ = zlib.crc32(bytes(MIB), sum_)
        packed += packer.compress(bytes(MIB))
    return packed + packer.flush(), sum_


def zip_of(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=_SMALLEST) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def gzip_of_zeros(mebibytes: int) -> bytes:
    """A gzip may be several in a row; so the same packed mebibyte stands there as often as wanted."""
    return gzip.compress(bytes(MIB), _SMALLEST) * mebibytes


def tar_with_long_name(path: Path, mebibytes: int) -> None:
    """The name is so long that it alone fills the memory of whoever reads it whole."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, mebibytes * MIB
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(mebibytes):
            file.write(b"n" * MIB)
        file.write(tarfile.TarInfo("short").tobuf(tarfile.GNU_FORMAT) + bytes(1024))


def sparse_tar(headers: dict[str, str]) -> bytes:
    """One sparse member whose map is not numbers, and a good one after it."""
    data = b"notanumber\n" + bytes(501)
    sparse = tarfile.TarInfo("a.log")
    sparse.pax_headers, sparse.size = headers, len(data)
    good = tarfile.TarInfo("good.log")
    good.size = len(ERROR)
    tail = ERROR + bytes(-len(ERROR) % 512) + bytes(1024)
    return sparse.tobuf(tarfile.PAX_FORMAT) + data + good.tobuf(tarfile.PAX_FORMAT) + tail


def damaged_zip(method: int) -> bytes:
    """Its one member's data are turned over, its directory is whole."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("a.log", ERROR * 1000)
    data = bytearray(made.getvalue())
    for at in range(60, 90):
        data[at] ^= 0xFF
    return bytes(data)
