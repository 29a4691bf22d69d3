"""Archives that lie, overlap, nest or count high: other ways to let little cost much than `bombs`."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from itertools import count

from tests.attacks.bombs import ERROR
from tests.attacks.child import MIB

DEFLATED, BZIP2, LZMA = zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA


@dataclass(frozen=True, slots=True)
class Packed:
    """What a zip holds of one member, and what it says of it."""

    name: bytes
    data: bytes
    stated: int
    checksum: int
    method: int = DEFLATED


def pack(name: str, data: bytes, stated: int | None = None) -> Packed:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return Packed(name.encode(), packed, len(data) if stated is None else stated, zlib.crc32(data))


def zip_of(members: list[Packed], *, times: int = 1) -> bytes:
    """Written by hand, as the library would not. Each member is listed `times`, and is there once."""
    body, listed, many = b"", [], 0
    for member in members:
        sizes = struct.pack(
            "<HHIIIHH",
            0, 0, member.checksum, len(member.data), member.stated, len(member.name), 0,
        )  # fmt: skip
        entry = struct.pack("<4sHHHH", b"PK\x01\x02", 20, 20, 0, member.method) + sizes
        entry += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + member.name
        body += struct.pack("<4sHHH", b"PK\x03\x04", 20, 0, member.method) + sizes + member.name + member.data
        listed.append(entry * times)
        many += times
    directory = b"".join(listed)
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, many & 0xFFFF, many & 0xFFFF, len(directory), len(body), 0
    )
    return body + directory + end


def zip64_of_a_lie(name: str, data: bytes, stated: int) -> bytes:
    """Its sizes stand in the extra field, and are as large as 64 bits allow to say."""
    plain = pack(name, data)
    extra = struct.pack("<HHQQQ", 1, 24, stated, stated, 0)
    long = 0xFFFFFFFF
    sizes = struct.pack("<HHIIIHH", 0, 0, plain.checksum, len(plain.data), len(data), len(name), 0)
    body = struct.pack("<4sHHH", b"PK\x03\x04", 45, 0, DEFLATED) + sizes + plain.name + plain.data
    lies = struct.pack("<HHIIIHH", 0, 0, plain.checksum, long, long, len(name), len(extra))
    listed = struct.pack("<4sHHHH", b"PK\x01\x02", 45, 45, 0, DEFLATED) + lies
    listed += struct.pack("<HHHII", 0, 0, 0, 0, long) + plain.name + extra
    return body + listed + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(listed), len(body), 0)


def bzip2_bomb(mebibytes: int) -> bytes:
    packer, packed, sum_ = bz2.BZ2Compressor(9), b"", 0
    for _ in range(mebibytes):
        packed += packer.compress(bytes(MIB))
        sum_ = zlib.crc32(bytes(MIB), sum_)
    return zip_of([Packed(b"0.log", packed + packer.flush(), mebibytes * MIB, sum_, BZIP2)])


def lzma_that_wants(gibibytes: int) -> bytes:
    """A member that asks for so large a dictionary before a byte of it is unpacked."""
    raw = lzma.compress(ERROR, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1}])
    head = struct.pack("<BBH", 9, 4, 5) + bytes([0x5D]) + struct.pack("<I", (gibibytes << 30) - 1)
    return zip_of([Packed(b"a.log", head + raw, len(ERROR), zlib.crc32(ERROR), LZMA)])


def empty_parts(many: int) -> bytes:
    """A gzip of very many parts, each of nothing."""
    return gzip.compress(b"", 9) * many


def tar_of_nothing(members: int) -> bytes:
    """Empty files without end."""
    header = tarfile.TarInfo("empty.log").tobuf(tarfile.USTAR_FORMAT)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(header * 1000) for _ in range(members // 1000)) + packer.flush()


def nested(data: bytes, name: str, depth: int) -> bytes:
    """In so many zips, one in the other."""
    for number in range(depth):
        data = zip_of([pack(name if number == 0 else "in.zip", data)])
    return data


def spread(archives: int, members: int) -> bytes:
    """A zip of zips with empty files."""
    numbers = count()
    made = [zip_of([pack(f"{next(numbers)}.log", b"") for _ in range(members)]) for _ in range(archives)]
    return zip_of([pack(f"{number}.zip", each) for number, each in enumerate(made)])


def tar_with_endless_map() -> bytes:
    """A sparse file in GNU's old way, whose map goes on for ever, and a good file after it."""
    sparse = tarfile.TarInfo("holes.log")
    sparse.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(sparse.tobuf(tarfile.GNU_FORMAT))
    header[482] = 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    block = bytearray(512)
    block[504] = 1
    packed = io.BytesIO()
    with gzip.open(packed, "wb", 9) as file:
        file.write(header)
        for _ in range(200):
            file.write(bytes(block) * 2048)
    return packed.getvalue()
