"""Every shape of a secret in every spelling: hidden, with one stand-in, and what stands around it stays."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest

from troubleshooter.redact import Redactor, stand_ins, wide
from troubleshooter.redact.masks import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTOR = Redactor(salt=b"salt")
CORES = ("Zq7vT2mX9aa", "sEcnd4YbN8w")
"""Of letters and digits, which no spelling changes but the one that spells out everything."""
SECRET = f"{CORES[0]}+x/{CORES[1]}="
KEY_LINES = "MIIEvQ" + "Zq7vT2mX9aa" * 3 + "\n" + "sEcnd4YbN8w" * 3
_KIND = "RSA PRIVATE" + " KEY"  # apart, so that no scanner takes this file for a key

SHAPES = {
    "connection string": f"AccountName=x;AccountKey={SECRET};EndpointSuffix=y",
    "braces": f"Uid=u;Pwd={{{SECRET};x}};Encrypt=y",
    "sas": f"https://h/c?sv=1&sig={SECRET}&se=1",
    "json": f'{{"password": "{SECRET}", "id": 1}}',
    "key and value": f'{{"key":"password","value":"{SECRET}"}}',
    "name, type and value": f'{{"name":"DB_PASSWORD","type":"x","secure":true,"value":"{SECRET}"}}',
    "value and name": f'{{"value":"{SECRET}","name":"password"}}',
    "python": f"{{'name': 'token', 'value': '{SECRET}'}}",
    "python, value first": f"{{'value': '{SECRET}', 'name': 'token'}}",
    "xml": f'<add key="Password" value="{SECRET}" />',
    "xml, value first": f'<add value="{SECRET}" key="Password" />',
    "xml, elements": f"<name>password</name><value>{SECRET}</value>",
    "element": f"<Password>{SECRET}</Password>",
    "yaml": f"client_secret: {SECRET}",
    "colon apart": f"Password : {SECRET}",
    "two lines of yaml": f"- name: DB_PASSWORD\n  value: {SECRET}\n",
    "shared key": f'"Authorization":"SharedKey acct:{SECRET}"',
    "shared key, no header": f"sent SharedKey acct:{SECRET} to it",
    "basic": f"Authorization: Basic {SECRET}",
    "curl": f"curl -s -u bob:{SECRET} https://h/",
    "curl, a backslash": f"curl -s -u bob:ab\\q{SECRET} https://h/",
    "curl, long": f"curl --user bob:{SECRET} https://h/",
    "curl, a proxy's": f"curl -x h --proxy-user bob:{SECRET} https://h/",
    "wget": f"wget --user bob:{SECRET} https://h/",
    "sshpass": f"sshpass -p {SECRET} ssh h",
    "certutil": f"certutil -f -p {SECRET} -importpfx x.pfx",
    "login, after others": f"az acr login --name r -u bob -p '{SECRET}'",
    "curl, a list": f'["curl","-u","bob:{SECRET}","https://h/"]',
    "docker login": f"docker login -u bob -p {SECRET} reg.azurecr.io",
    "openssl": f"openssl pkcs12 -passin pass:{SECRET} -in x",
    "powershell": f"ConvertTo-SecureString '{SECRET}' -AsPlainText",
    "argument": f"az login --password {SECRET} --tenant t",
    "netrc": f"machine h login bob password {SECRET}",
    "proxy": f"at http://user:{SECRET}@proxy:3128/ now",
    "proxy, by number": f"at http://user:{SECRET}@[fe80::1]:3128/ now",
    "proxy, at the end": f"at http://user:{SECRET}@proxy",
    "proxy, at sign": f"at http://user:x@{SECRET}@proxy:3128/ now",
    "proxy, no scheme": f"export https_proxy=user:{SECRET}@proxy:3128",
    "csv": f'"{{""password"":""{SECRET}""}}",next',
}
TOKENS = {
    "entra secret": "abc8Q~dEfGhIjKlMnOpQrStUvWxYz0123456789ab",
    "github": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github, fine": "github_pat_0123456789abcdefghijABCDEFGHIJ012345",
    "account key": "A" * 86 + "==",
}
"""Known wherever they stand."""


def escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def slashed(text: str) -> str:
    return escaped(text).replace("/", "\\/")


def coded(text: str) -> str:
    """As some serializers write what is no letter."""
    return "".join(each if each.isalnum() or each in ' \n"\\' else f"\\u{ord(each):04X}" for each in text)


def entities(text: str) -> str:
    return "".join(each if each.isalnum() or each in " \n" else f"&#{ord(each)};" for each in text)


def hex_entities(text: str) -> str:
    return "".join(each if each.isalnum() or each in " \n" else f"&#x{ord(each):x};" for each in text)


def quoted(text: str) -> str:
    return quote(text, safe="")


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "json": escaped,
    "json, slashes": slashed,
    "json, codes": lambda text: coded(escaped(text)),
    "json in json": lambda text: slashed(slashed(text)),
    "json, three times": lambda text: escaped(escaped(escaped(text))),
    "url": quoted,
    "url, lower case": lambda text: re.sub("%..", lambda found: found[0].lower(), quoted(text)),
    "url, twice": lambda text: quoted(quoted(text)),
    "html": html.escape,
    "html, twice": lambda text: html.escape(html.escape(text)),
    "entities": entities,
    "hex entities": hex_entities,
    "entities of entities": lambda text: html.escape(entities(text)),
    "json of html": lambda text: coded(escaped(html.escape(text))),
    "url in json": lambda text: slashed(quoted(text)),
    "all spelled out": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "python's": lambda text: "".join(each if each.isalnum() else f"\\x{ord(each):02x}" for each in text),
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def meant(text: str) -> str:
    """With everything resolved that anybody resolves, so that nothing can hide."""
    seen = [text]
    for _ in range(4):
        text = html.unescape(unquote(re.sub(r"\\(?:u00|x)([0-9A-Fa-f]{2})", r"%\1", text)))
        text = re.sub(r"\\([\"'/\\])", r"\1", text)
        seen += [text, re.sub(r"\s", "", text)]
    return "\n".join(seen)


def leaked(text: str) -> list[str]:
    return [core for core in CORES if core in meant(text)]


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_secret_is_hidden_in_every_spelling(shape: str, spell: Callable[[str], str]) -> None:
    written = f"2026-05-16 before\n{spell(shape)}\nafter it all"
    assert leaked(written) == list(CORES)
    redacted = REDACTOR.text(written)
    assert leaked(redacted) == []
    assert redacted.startswith("2026-05-16 before\n")
    assert redacted.endswith("\nafter it all")
    assert REDACTOR.text(redacted) == redacted


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_secret_is_hidden_in_every_encoding(shape: str, encoding: str) -> None:
    lines = f"Запуск é 世界\n{shape} \nconec 終"
    redacted = REDACTOR.data(lines.encode(encoding))
    assert leaked(redacted.decode(encoding)) == []
    assert redacted.decode(encoding).startswith("Запуск é 世界\n")
    assert redacted.decode(encoding).endswith("\nconec 終")
    assert redacted[:4] == lines.encode(encoding)[:4]
    assert REDACTOR.data(redacted) == redacted
    assert len(list(stand_ins(redacted))) >= 1


@pytest.mark.parametrize("encoding", ENCODINGS[2:])
@pytest.mark.parametrize("cut", range(4))
def test_a_file_that_is_cut_anywhere_or_of_two_encodings_is_read_all_the_same(
    encoding: str, cut: int
) -> None:
    data = f"line password={SECRET} \n".encode(encoding)[cut:]
    appended = b"plain text\n" + data + b"\nclient_secret=" + SECRET.encode() + b"\n" + data
    for text in (data, appended):
        redacted = REDACTOR.data(text)
        assert not any(core.encode() in redacted.replace(b"\0", b"") for core in CORES)
        assert REDACTOR.data(redacted) == redacted


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_secret_of_other_letters_is_hidden_in_wide_texts(encoding: str) -> None:
    redacted = REDACTOR.data(f"pwd=x password=λέξη世界Zq7 end {'line ' * 9}\n".encode(encoding))
    assert "λέξη" not in redacted.decode(encoding)
    assert "Zq7" not in redacted.decode(encoding)
    assert "> end line" in redacted.decode(encoding)


def test_a_file_of_zeros_is_left_as_it_is() -> None:
    for data in (b"log\n" + bytes(99) + b"more\n", bytes(range(256)) * 3, "plain текст".encode("utf-16")):
        assert REDACTOR.data(data) == data
        assert wide.texts(b"log\n" + bytes(99)) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS.keys())
def test_a_well_known_token_is_hidden_wherever_it_stands(token: str, encoding: str) -> None:
    for text in (f"x {token} y", json.dumps({"a": token, "b": [token]}), f"https://h/?q={quoted(token)}&b=1"):
        redacted = REDACTOR.data(text.encode(encoding)).decode(encoding)
        assert token[-12:] not in redacted
        assert token[:12] not in redacted


@pytest.mark.parametrize(
    "written",
    [
        f"AccountKey={SECRET[:16]}\n{SECRET[16:]};Endpoint=x\nafter",
        f"AccountKey={SECRET[:16]}\r\n    {SECRET[16:]}\r\nafter",
        f"client_secret: {CORES[0]}\n{CORES[1]}\nafter",
        f"Authorization: Bearer {'x9' * 9}\n{CORES[0]}\n{CORES[1]}\nafter",
        f"https://h/?sig={CORES[0]}\n{CORES[1]}&sv=1\nafter",
        f"docker login -p {CORES[0]}\n  {CORES[1]} reg\nafter",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi\n" + f"OiJhYmMifQ.{CORES[0]}{CORES[1]}\nafter",
        "eyJhbGciOi\nJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ." + f"{CORES[0]}{CORES[1]}\nafter",
        "eyJhbGciOiJIUzI1NiJ9.eyJz\n" + f"dWIiOiJhYmMifQ.{CORES[0]}{CORES[1]}\nafter",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ." + f"{CORES[0]}\n{CORES[1]}\nafter",
        f"{KEY_LINES}\n-----END {_KIND}-----\nafter",
        f"{KEY_LINES}\n-----END {_KIND}-----\nafter".replace("\n", "\\n"),
        f"{KEY_LINES}\n-----END {_KIND}-----\nafter".replace("\n", "\\r\\n"),
        f"-----BEGIN {_KIND}-----\nA-b\n{KEY_LINES} -- after",
        f"-----BEGIN {_KIND}-----\n{KEY_LINES}\n-----END {_KIND}-----\nafter",
        quote(f"-----BEGIN {_KIND}-----\n{KEY_LINES}\n-----END {_KIND}-----\n") + "\nafter",
    ],
)
def test_a_secret_over_lines_is_hidden(written: str) -> None:
    redacted = REDACTOR.text(written)
    assert leaked(redacted) == []
    assert redacted.endswith("after")
    assert REDACTOR.text(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter22\nStarting\nnext",
        "password=hunter22\n4633458b-17de-408a-b874-0445c86b69e6\nnext",
        "password=hunter22\n2026-05-16 19:49:22 started\nnext",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl\nkv-prod9.vault.azure.net\nnext",
    ],
)
def test_a_line_after_a_secret_that_is_no_rest_of_it_stays(text: str) -> None:
    assert REDACTOR.text(text).endswith(text[text.index("\n") :])


@pytest.mark.parametrize(
    "text",
    [
        "docker run -p 8080:80 --user 1000:1000 img && mkdir -p /mnt/login",
        "ssh -l login -p 22 host",
        "http://host:8080/path?mail=a@b.c and https://kv.vault.azure.net:443/secrets/x@y",
        'C:\\Packages\\users\\u002 "C:\\\\Packages\\\\x" 100%25 a&amp;b &#43; \\u0041 %C3%A9 &nosuch;',
        '{"name": "passwordPolicy", "value": "strict"}, {"name": "HOME", "value": "/x"}',
        '<add key="PasswordLength" value="12" />\n- name: HOME\n  value: /root\n',
        "the password is wrong; login failed -- password expired",
        '"password": "", "next": "v"',
    ],
)
def test_what_only_looks_like_a_spelling_or_a_shape_stays(text: str) -> None:
    assert REDACTOR.text(text) == text


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_what_follows_any_scheme_is_hidden_and_the_scheme_stays(scheme: bytes) -> None:
    redacted = REDACTOR.text(f"Authorization: {scheme.decode()} {CORES[0]}{CORES[1]}\nafter")
    assert leaked(redacted) == []
    assert redacted.startswith(f"Authorization: {scheme.decode()} <redacted ")


@pytest.mark.parametrize(
    "text",
    [
        f"got bearer {CORES[0]}{CORES[1]} at",
        "http://u:13579@h/",
        "q=1&sig%3D13579246%26se=1",
        f"docker login -p ab\\q{SECRET} at",
        f"openssl -passout pass:{SECRET} at",
        f"openssl -password pass:ab\\q{SECRET} at",
        f"x password=ab\\q{SECRET} at",
        *(f"say x_{name}={SECRET}, at" for name in ("secret", "token", "assertion", "passphrase", "api-key")),
        f"client_secret: {CORES[0]}\nABCDEFghijklmnopQRSTuvwx{CORES[1]}\nat",
    ],
)
def test_a_shape_by_itself_is_hidden(text: str) -> None:
    redacted = REDACTOR.text(text)
    assert leaked(redacted) == []
    assert "13579" not in redacted
    assert redacted[:7] == text[:7]
    assert redacted[-2:] == text[-2:]


def test_a_secret_at_the_end_of_an_address_at_the_end_is_hidden() -> None:
    assert leaked(REDACTOR.text(f"at http://user:{CORES[0]}/{CORES[1]}@proxy")) == []


def test_a_spelled_name_far_behind_other_lines_is_seen_with_the_lines_before_it() -> None:
    lines = "a line of a log\n" * 400
    written = f"{lines}name&#58; DB_PASSWORD\n  value&#58; {SECRET}\n{lines}"
    redacted = REDACTOR.text(written)
    assert leaked(redacted) == []
    assert redacted.startswith(lines)
    assert redacted.endswith(f"\n{lines}")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_told_secret_of_other_letters_alone_is_known_by_the_files_mark(encoding: str) -> None:
    redactor = Redactor(["λέξη-λέξη"], b"salt")
    assert "λέξη" not in redactor.data("世界 λέξη-λέξη".encode(encoding)).decode(encoding)


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "])
def test_a_key_of_any_kind_is_known_in_base64(kind: str) -> None:
    block = f"-----BEGIN {kind}PRIVATE" + f" KEY-----\n{KEY_LINES}\n"
    redacted = REDACTOR.text(f"x {base64.b64encode(block.encode()).decode()} y")
    assert redacted.startswith("x <redacted key ")
    assert redacted.endswith("> y")


@pytest.mark.parametrize("block", ["", "-----END RSA PRIVATE" + " KEY-----", "-----END CERTIFICATE-----"])
def test_a_key_is_hidden_from_its_begin_to_whatever_ends_it(block: str) -> None:
    redacted = REDACTOR.text(f"x -----BEGIN {_KIND}-----\nA-b\nno letters: {CORES[0]}\n{block}")
    assert leaked(redacted) == []
    assert "A-b" not in redacted


def test_a_text_of_nothing_but_secrets_is_hidden_as_a_whole() -> None:
    assert REDACTOR.data(b";pwd=a" * 9999).count(b"<redacted ") == 1
    few = b";pwd=a" * 999
    assert REDACTOR.data(few).count(b"<redacted ") == 999
    long_lines = (b"x" * 90 + b" pwd=a\n") * 9999
    assert REDACTOR.data(long_lines).count(b"<redacted ") == 9999
