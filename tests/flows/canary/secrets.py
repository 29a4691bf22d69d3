"""Made-up secrets, each unique, in the shapes that real ones have; and the search for them in any form."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import tarfile
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ESCAPE = re.compile(rb"\\(?:u00|x)([0-9A-Fa-f]{2})")
_PIECE = 12
"""Characters of a secret that count as the secret: a screen may cut or wrap the rest."""


class Canaries:
    """Hands out secrets and remembers them; `also` is where one may lie all the same."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def new(self, name: str, letters: str = "") -> str:
        """Letters and digits only, so that a search finds it whatever quotes it."""
        number = len(self.known)
        seed = base64.b32encode(f"{number:04}{name}".encode()).decode().rstrip("=")
        token = f"Cny{letters}{seed[:14]}x{number:03}q{seed[-6:]}"
        self.known[name] = token.encode()
        return token

    def found(self, data: bytes) -> list[str]:
        """Names of the secrets that are in there, plain or encoded."""
        plain = b"\n".join(_meant(data))
        return [name for name, token in self.known.items() if any(form in plain for form in _forms(token))]


def _meant(data: bytes) -> Iterator[bytes]:
    """As it stands; without what wide characters have too much; with every escape resolved, and again."""
    yield data
    if b"\0" in data:
        data = data.replace(b"\0", b"")
        yield data
    for _ in range(3):
        data = unquote_to_bytes(_ESCAPE.sub(rb"%\1", data))
        data = html.unescape(data.decode("latin-1")).encode("latin-1", "replace")
        yield data


def _forms(token: bytes) -> set[bytes]:
    forms = {token[:_PIECE], token[-_PIECE:], token.decode().encode("utf-16-le")}
    for before in range(3):
        whole = base64.b64encode(bytes(before) + token)
        forms.add(whole[-(-before * 8 // 6) : (before + len(token)) * 8 // 6][:16])
    return forms


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """An archive's members, or nothing."""
    if data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=BytesIO(gzip.decompress(data))) as archive:
            for member in archive:
                content = archive.extractfile(member)
                yield member.name, content.read() if content else b""


def everything(folder: Path, outputs: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder, what archives hold, every name, and every output."""
    for path in sorted(folder.rglob("*")):
        yield f"the name {path}", str(path.relative_to(folder)).encode()
        if path.is_file():
            data = path.read_bytes()
            yield str(path.relative_to(folder)), data
            for name, content in unpacked(data):
                yield f"{path.name}:{name}", name.encode() + b"\n" + content
    for name, text in outputs.items():
        yield name, text.encode()


def svg_text(svg: str) -> str:
    """What a screenshot shows, its spaces as spaces."""
    return html.unescape(re.sub(r"<[^>]+>", "", svg)).replace("\xa0", " ")


def lines(canaries: Canaries) -> tuple[str, ...]:
    """Log lines as careless programs write them."""
    new = canaries.new
    head = '{"alg":"RS256","typ":"JWT"}'
    jwt = ".".join(
        base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")
        for part in (head, f'{{"oid":"{new("jwt")}"}}')
    )
    blob = "https://acct.blob.core.windows.net/c/f"
    inner = json.dumps({"clientSecret": new("json in json")})
    return (
        f"GET {blob}?sig={new('sas first')}%3D&sv=2022-11-02&sp=r",
        f"GET {blob}?sv=2022-11-02&SIG={new('sas middle')}%3D&se=2026-01-01",
        f"GET {blob}?sv=2022-11-02&se=2026-01-01&sig={new('sas last')}%3D",
        f"redirect={quote(f'{blob}?sv=1&sig=' + new('sas quoted'), safe='')}",
        f"got token {jwt}.{new('jwt signature')}",
        f"Authorization: Bearer {new('bearer')}",
        f"authorization: SharedKey acct:{new('shared key')}=",
        f"> Authorization: Basic {base64.b64encode(('u:' + new('basic')).encode()).decode()}",
        f"AccountName=acct;AccountKey={new('account key')}==;EndpointSuffix=core.windows.net",
        f"Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={new('service bus')}",
        f"Server=tcp:db,1433;User ID=u;Password={new('connection')},{new('after comma')}<&;Encrypt=true",
        json.dumps({"user": "u", "password": new("json") + '"' + new("after quote")}),
        json.dumps({"body": inner}),
        f"az login --service-principal --password '{new('argument')} {new('after space')}' --tenant t",
        f"connecting through http://proxy:{new('proxy')}@10.0.0.4:3128",
        f"x-functions-key: {new('header')}",
        f"client_secret: {new('yaml')}",
        *_spelled(canaries),
    )


def _spelled(canaries: Canaries) -> tuple[str, ...]:
    """The same in other spellings, and in shapes that are known only to who looks at both halves."""
    new = canaries.new
    return (
        f"AccountName=acct;AccountKey=ab\\/{new('slash')}==;x",
        f"?sv=1\\u0026sig\\u003dabcdefgh\\u002b{new('codes')}",
        f"&quot;clientSecret&quot;:&quot;ab&#43;{new('entities')}&quot;",
        f"sv%253D1%2526sig%253Dabcdefgh%252B{new('quoted twice')}",
        f"docker login -u bob -p {new('docker')} reg.azurecr.io",
        f"curl -s -u bob:{new('curl')} https://x/",
        f'<add key="Password" value="{new("xml")}" />',
        json.dumps({"said": json.dumps({"key": "password", "value": new("key and value")})}),
        f"Password : {new('colon apart')}",
        f"x aB78Q~{new('entra', 'AbCdEfGh')} y",
        f"x ghp_{new('github')} y",
        f"AccountKey={new('first line')}\n{new('second line')};x",
        f"at http://user:{new('at sign')}@{new('behind at sign')}@proxy:3128/ now",
    )


def key_block(canaries: Canaries) -> str:
    kind = "RSA PRIVATE" + " KEY"  # apart, so that no scanner takes this file for a key
    body = f"{canaries.new('pem')}\n{canaries.new('pem second line')}"
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"
