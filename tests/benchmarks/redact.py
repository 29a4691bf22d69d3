"""Prints how fast secrets are taken out of usual and hostile text: python -m tests.benchmarks.redact [MIB]

Seconds of the processor for each mebibyte. The usual texts are logs as simulated nodes write them, in one.
"""

from __future__ import annotations

import base64
import random
import sys
import time

from tests.attacks import usual
from troubleshooter.redact import Redactor

MIB = 1 << 20
_LINE = b"2026-05-16 19:49:22: <info> [CertificateManager]\tretrieved 'https://kv.vault.azure.net/secrets/cert/'\n"


def soup(size: int) -> bytes:
    return base64.b64encode(random.Random(1).randbytes(size * 3 // 4))


HOSTILE = {
    "passwords, the shortest": b";pwd=a",
    "passwords apart": b"pwd=a ",
    "passwords, quoted": b"%3Bpwd%3Da",
    "passwords in json": b'"pwd":"a",',
    "passwords in json in json": b'\\"pwd\\":\\"a\\",',
    "password : value": b"pwd : abcdef\n",
    "names and no values": b"password",
    "names and values apart": b'{"key":"pwd","value":"a"},',
    "signatures": b"sig=abcdefgh ",
    "cookies": b"cookie: abcdefgh\n",
    "bearers": b"bearer aaaaaaaaaaaaaaaa ",
    "key blocks": b"-----BEGIN PRIVATE" + b" KEY-----",
    "key tails": b"abcdefghabcdefgh\n-----END PRIVATE" + b" KEY-----\n",
    "tokens": b"eyJabcdefgh.eyJabcdefgh.a ",
    "tokens over lines": b"eyJabcdefgh\n.abcdefgh",
    "half tokens": b"eyJ",
    "addresses": b"://u:p@h ",
    "addresses without end": b"://u:p@",
    "curls": b"curl -u a:b ",
    "curls and no user": b"curl ",
    "logins": b"login -p x1 ",
    "percent signs": b"%25",
    "percent signs, deep": b"%25252525 ",
    "percent and backslash": b"%2B\\/",
    "backslashes": b"\\",
    "codes": b"\\u0025",
    "codes of other letters": b"\\u00e9\\u20ac",
    "entities": b"&lt;",
    "entities, deep": b"&amp;amp;lt; ",
    "quotes": b'"',
    "protected settings": b'"protectedSettings":"x",',
    "newlines": b"\n",
    "zeros": b"\0",
    "wide letters": b"p\0",
    "wide passwords": ";pwd=a".encode("utf-16-le"),
    "very wide passwords": ";pwd=a".encode("utf-32-le"),
    "odd wide characters": b"a\0\0\0b\0\0\0c\0\0\0d\0\0\0\xff\xff\xff\xff",
    "stand-ins": b"<redacted secret 3f2a>",
}


def texts(size: int) -> dict[str, bytes]:
    usually = b"".join(
        data
        for name in ("vault-rbac-denied", "healthy")
        for data in usual.scenario(name).values()
        if b"\0" not in data[:99]
    )
    made = {"usual: the logs of nodes": usually, "usual: one refresh": _LINE, **HOSTILE}
    found = {name: unit * (size // len(unit) + 1) for name, unit in made.items()}
    return {name: data[:size] for name, data in found.items()} | {"base64": soup(size)}


def main(mebibytes: float) -> None:
    redactor = Redactor(["S3cr3t-Cl!ent/Value+1"], b"salt")
    redactor.data(_LINE)
    for name, data in texts(int(mebibytes * MIB)).items():
        begun = time.process_time()
        redactor.data(data)
        print(f"{(time.process_time() - begun) / mebibytes:8.3f} s per MiB  {name}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
