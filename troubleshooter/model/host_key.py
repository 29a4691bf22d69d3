"""By what a node is known again: the kind of its host key and the fingerprint, as OpenSSH shows them."""

from __future__ import annotations

import base64
import hashlib


def fingerprint(kind: str, public: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(public).digest()).decode("ascii")
    return f"{kind} SHA256:{digest.rstrip('=')}"


def of_line(line: str) -> str:
    """The same of a line of known_hosts, which runs of earlier versions kept; empty where it is none."""
    kind, _, rest = line.partition(" ")
    try:
        return fingerprint(kind, base64.b64decode(rest.split(" ")[0], validate=True)) if rest else ""
    except ValueError:
        return ""
