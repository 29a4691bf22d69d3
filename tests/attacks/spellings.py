"""Made-up secrets in the spellings that programs write them in; each lies in a log of its own."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass
from urllib.parse import quote

LINE = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac "
_PIECE = 12
"""Characters in a row that count as the secret."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@dataclass(frozen=True, slots=True)
class Spelling:
    text: str
    """What the log says."""
    secret: str
    """As it stands there."""
    encoding: str = "utf-8"

    @property
    def log(self) -> bytes:
        return f"{LINE}{self.text}\n".encode(self.encoding)

    @property
    def forms(self) -> set[bytes]:
        """What nothing may hold: either end of it, in every encoding and spelling."""
        ends = {self.secret[:_PIECE], self.secret[-_PIECE:]}
        return {form for end in ends for form in spelled(end)}


def spelled(text: str) -> set[bytes]:
    """As a search must look for it."""
    texts = {text, json.dumps(text)[1:-1], text.replace("/", "\\/"), html.escape(text), quote(text, safe="")}
    texts |= {json.dumps(each)[1:-1] for each in texts} | {quote(each, safe="") for each in texts}
    for sign in "+/=":
        texts |= {text.replace(sign, code % ord(sign)) for code in ("\\u%04x", "\\u%04X", "&#%d;", "&#x%x;")}
    encoded = {text.encode(name) for name in ("utf-8", "utf-16-le")}
    return {each.encode(name) for each in texts for name in ENCODINGS} | {
        base64.b64encode(bytes(before) + each)[-(-before * 8 // 6) : (before + len(each)) * 8 // 6]
        for each in encoded
        for before in range(3)
    }


def key(number: int) -> str:
    """Of a storage account, unlike any other."""
    return base64.b64encode(bytes((number * 7 + at * 3) % 256 for at in range(64))).decode()


def _slash(text: str) -> str:
    return text.replace("/", "\\/")


def _wide(number: int, encoding: str) -> Spelling:
    return Spelling(f"password=W{number}deLogPasswordValue99", f"W{number}deLogPasswordValue99", encoding)


def _slashed(number: int) -> str:
    whole = key(number)
    return f"ab\\/{whole[3:]}"


def _in_base64(secret: str, encoding: str) -> str:
    return base64.b64encode(f"ab{secret}c".encode(encoding)).decode()


LEARNED = {
    "TROUBLESHOOTER_SECRET_PLAIN": "L1earnedPlainSecretValue",
    "TROUBLESHOOTER_SECRET_SLASH": "L2earnedSlash/SecretValue",
    "TROUBLESHOOTER_SECRET_PLUS": "L3earnedPlus+SecretValue",
    "TROUBLESHOOTER_SECRET_ENTITY": "L4earnedEntity+SecretValue",
    "TROUBLESHOOTER_SECRET_WIDE": "L5earnedWideSecretValue",
    "TROUBLESHOOTER_SECRET_SHAPES": "L6earnedShapesSecretValue",
    "TROUBLESHOOTER_SECRET_BASE64": "L7earnedBase64+SecretValue",
    "TROUBLESHOOTER_SECRET_LINES": "L8earnedOverLinesSecretValue",
    "TROUBLESHOOTER_SECRET_TWICE": "L9earned/Twice+Spelled&SecretValue",
}
"""Secrets that the program is told of beforehand."""
_TAIL = "mnopqrstuvwxyz0123456789"
_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJlLXZhbHVlQQ"
_KIND = "RSA PRIVATE" + " KEY"  # apart, so that no scanner takes this file for a key
_SHAPED = LEARNED["TROUBLESHOOTER_SECRET_SHAPES"]
_BASE64 = LEARNED["TROUBLESHOOTER_SECRET_BASE64"]
_TWICE = LEARNED["TROUBLESHOOTER_SECRET_TWICE"]
_ENTRA = "aB78Q~E1ntraKlMnOpQrStUvWxYz0123456789ab"
_GITHUB = "G1thub6789abcdefghijABCDEFGHIJ012345"

HIDDEN = {
    "connection string": Spelling(f"AccountName=x;AccountKey={key(1)};EndpointSuffix=y", key(1)),
    "sas": Spelling("https://x/c?sv=1&sig=S1gnature0FirstABCDEFGHIJ&se=1", "S1gnature0FirstABCDEFGHIJ"),
    "sas quoted": Spelling("?sv=1%26sig%3DS2gnature0QuotedABCDEFGHIJ%26se=1", "S2gnature0QuotedABCDEFGHIJ"),
    "sas in xml": Spelling("?sv=1&amp;sig=S3gnature0EntityABCDEFGHIJ&amp;x", "S3gnature0EntityABCDEFGHIJ"),
    "jwt": Spelling(f"got token {_JWT}", _JWT.split(".")[2]),
    "key block in json": Spelling(
        f'"k":"-----BEGIN {_KIND}-----\\nMIIEvQIBADANBgkq\\nK1eyBlockInJsonBody99\\n-----END {_KIND}-----"',
        "K1eyBlockInJsonBody99",
    ),
    "basic": Spelling("Authorization: Basic Qm9iOmh1bnRlcjJzZWNyZXQ5OQ==", "Qm9iOmh1bnRlcjJzZWNyZXQ5OQ"),
    "cookie": Spelling("Set-Cookie: s=C1ookieAbcdefgh12345678; Path=/", "C1ookieAbcdefgh12345678"),
    "functions key": Spelling("x-functions-key: F1unctionsKeySecretValue", "F1unctionsKeySecretValue"),
    "api key": Spelling("Ocp-Apim-Subscription-Key: 9f23456789abcdef012345", "9f23456789abcdef012345"),
    "yaml": Spelling("client_secret: Y1amlSecretValue99", "Y1amlSecretValue99"),
    "learned": Spelling("said L1earnedPlainSecretValue aloud", "L1earnedPlainSecretValue"),
    "learned in shapes nobody knows": Spelling(
        f'docker login -p {_SHAPED} | curl -u b:{_SHAPED} | <add key="Password" value="{_SHAPED}"/> '
        f'| {json.dumps({"key": "password", "value": _SHAPED})} | Password : {_SHAPED}',
        _SHAPED,
    ),
}  # fmt: skip
SPELLED = {
    "utf-16 log": Spelling("password=W1deLogPasswordValue99", "W1deLogPasswordValue99", "utf-16"),
    "utf-32 log": Spelling("password=W2deLogPasswordValue99", "W2deLogPasswordValue99", "utf-32"),
    "learned in utf-16": Spelling("said L5earnedWideSecretValue aloud", "L5earnedWideSecretValue", "utf-16"),
    "key with json's slash": Spelling(
        f'{{"c":"AccountName=x;AccountKey={_slashed(2)};"}}', _slashed(2)[4:]
    ),
    "sas with json's plus": Spelling(f"?sig=abcdefgh\\u002b{_TAIL.upper()}A", f"{_TAIL.upper()}A"),
    "shared key with json's plus": Spelling(
        f'"Authorization":"SharedKey acct:abcdefghijkl\\u002B{_TAIL}B="', f"{_TAIL}B"
    ),
    "sas with json's equals": Spelling("?sv=1\\u0026sig\\u003dS4gnature0EqualsABC", "S4gnature0EqualsABC"),
    "learned with json's slash": Spelling("said L2earnedSlash\\/SecretValue", "L2earnedSlash"),
    "learned with json's plus": Spelling("said L3earnedPlus\\u002BSecretValue", "L3earnedPlus"),
    "learned with an entity": Spelling("said L4earnedEntity&#43;SecretValue", "L4earnedEntity"),
    "utf-16 without a mark": _wide(3, "utf-16-le"),
    "utf-16, the other way round": _wide(4, "utf-16-be"),
    "utf-32 without a mark": _wide(5, "utf-32-be"),
    "json's slash in utf-16": Spelling(f'{{"c":"AccountKey={_slashed(3)};"}}', _slashed(3)[4:], "utf-16"),
    "a key quoted for a url, twice": Spelling(f"AccountKey%253D{quote(quote(key(4)))}", quote(quote(key(4)))),
    "an entity by number": Spelling(f"AccountKey&#61;ab&#x2b;{_TAIL}C", f"{_TAIL}C"),
    "json in json in json": Spelling(
        json.dumps(json.dumps(json.dumps({"client_secret": "J1sonInJsonInJson9"}))), "J1sonInJsonInJson9"
    ),
    "docker login": Spelling("docker login -u bob -p P1assedToDocker9999 x.io", "P1assedToDocker9999"),
    "curl": Spelling("curl -sS -u bob:P2assedToCurl99999 https://x", "P2assedToCurl99999"),
    "xml attribute": Spelling('<add key="Password" value="P3assInXmlAttribute"/>', "P3assInXmlAttribute"),
    "key and value": Spelling('{"key":"password","value":"P4assKeyAndValue99"}', "P4assKeyAndValue99"),
    "value and name": Spelling('{"value":"P5assValueAndName9","name":"token"}', "P5assValueAndName9"),
    "a colon apart": Spelling("Password : P6assColonApart999", "P6assColonApart999"),
    "entra's shape": Spelling(f"x {_ENTRA} y", _ENTRA),
    "github's shape": Spelling(f"x ghp_{_GITHUB} y", _GITHUB),
    "an address with an at sign": Spelling("at http://u:a@P7assAfterAt9@h:3128/", "P7assAfterAt9"),
    "a key over two lines": Spelling(f"AccountKey={key(5)[:40]}\n{key(5)[40:]};x", key(5)[40:]),
    "learned over two lines": Spelling("x L8earnedOverLin\nesSecretValue y", "L8earnedOver"),
    "learned in base64": Spelling(f"x {_in_base64(_BASE64, 'utf-8')} y", _in_base64(_BASE64, "utf-8")[4:-4]),
    "learned in base64 of utf-16": Spelling(
        f"x {_in_base64(_BASE64, 'utf-16-le')} y", _in_base64(_BASE64, "utf-16-le")[4:-4]
    ),
    "learned in base64 over lines": Spelling(
        f"x {_in_base64(_BASE64, 'utf-8')[:18]}\n{_in_base64(_BASE64, 'utf-8')[18:]} y",
        _in_base64(_BASE64, "utf-8")[4:-4],
    ),
    "learned, spelled twice": Spelling(f"x {quote(quote(_TWICE, safe=''))} y", "SecretValue"),
    "learned, html in json": Spelling(f"x {_slash(html.escape(_TWICE))} y", "SecretValue"),
}  # fmt: skip
