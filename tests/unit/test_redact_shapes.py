"""Which shapes of secrets are known, in which forms, and that a diagnosis keeps what it needs."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter import datafiles
from troubleshooter.redact import Hidden, Redactor, environment_secrets, stand_ins
from troubleshooter.report import escape
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

REDACTOR = Redactor(salt=b"salt")
SECRET = "Zq7vT2mX9canary"
ACCOUNT_KEY = base64.b64encode(bytes(range(64))).decode()
KEY = "-----BEGIN {0}-----\nTUlJRW93SUJBQUtDQVFFQQ==\n-----END {0}-----\n".format("EC PRIVATE" + " KEY")
ENCODED_KEY = base64.b64encode(KEY.encode()).decode()


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("x-functions-key: {0}", "x-functions-key: "),
        ("Ocp-Apim-Subscription-Key: {0}\nHost: api", "Host: api"),
        ("Proxy-Authorization: Basic {0}", "Basic"),
        ("Set-Cookie: session={0}; path=/", "Set-Cookie"),
        ('Authorization: Digest username="u", response="{0}"', "Digest"),
        ("https://user:{0}@proxy.contoso.com:8080/x", "@proxy.contoso.com:8080/x"),
        ("amqp://:{0}@mq/vhost", "@mq/vhost"),
        ("Server=tcp:db.windows.net;Uid=u;Pwd={0}<&x,y;Encrypt=yes", "Encrypt=yes"),
        ('password = "{0} two words" next', "next"),
        ("--client-secret '{0} two words' --tenant t", "--tenant t"),
        ('--password "{0} two words" --tenant t', "--tenant t"),
        ("{{'client_secret': '{0}', 'id': 1}}", "'id': 1"),
        ('{{"adminPassword": {{"value": "{0}"}}}}', "adminPassword"),
        ('{{"name": "API_TOKEN", "value": "{0}"}}', "API_TOKEN"),
        ("access_token: {0}", "access_token"),
        ("clientSecret: {0}", "clientSecret"),
        ("db_password: {0}", "db_password"),
        ("<wsse:Password>{0}</wsse:Password>", "</wsse:Password>"),
        ("password={0}\\more end", " end"),
        ('\\\\\\"clientSecret\\\\\\": \\\\\\"{0}\\\\\\"', "clientSecret"),
    ],
)
def test_a_shape_in_which_secrets_are_written_is_known(text: str, stays: str) -> None:
    redacted = REDACTOR.text(text.format(SECRET))
    assert SECRET not in redacted
    assert not any(word in redacted for word in ("two words", "<&x", "more"))
    assert stays in redacted
    assert "<redacted " in redacted
    assert REDACTOR.text(redacted) == redacted


@pytest.mark.parametrize("text", [ACCOUNT_KEY, f"key is {ACCOUNT_KEY}", f'"k": "{ACCOUNT_KEY}"'])
def test_an_account_key_is_known_by_its_shape(text: str) -> None:
    assert ACCOUNT_KEY not in REDACTOR.text(text)
    assert "<redacted account-key " in REDACTOR.text(text)


@pytest.mark.parametrize(
    "text", [ENCODED_KEY, f'"pem": "{ENCODED_KEY}"', json.dumps(KEY), quote(ENCODED_KEY)]
)
def test_a_private_key_is_known_in_base64_and_in_json(text: str) -> None:
    assert "RUpCQUt" not in REDACTOR.text(text)
    assert "TUlJRW93" not in REDACTOR.text(text)
    assert "<redacted key " in REDACTOR.text(text)


@pytest.mark.parametrize(
    "line",
    [
        "Failed to get secret: Forbidden by firewall",
        "Failed to acquire token: connection refused",
        "secret: https://kv.vault.azure.net/secrets/www",
        "token endpoint http://169.254.169.254/metadata/identity/oauth2/token",
        "https://kv-prod.vault.azure.net:443/secrets/www@version",
        "ssh://node:22/x and mailto:a@b.c",
        "-----BEGIN CERTIFICATE-----\nTUlJRW93SUJBQUtDQVFFQQ==\n-----END CERTIFICATE-----",
    ],
)
def test_words_about_secrets_are_no_secrets(line: str) -> None:
    assert REDACTOR.text(line) == line


def examples() -> Iterator[tuple[str, str]]:
    for path in sorted((playbooks_folder() / "rules").glob("*.yaml")):
        for rule in datafiles.read(path, list[dict[str, Any]]):
            for example in rule.get("matches", []):
                yield str(rule["id"]), example if isinstance(example, str) else json.dumps(example)


def test_what_rules_recognise_is_still_there_after_redaction() -> None:
    changed = [(rule, text) for rule, text in examples() if REDACTOR.text(text) != text]
    assert changed == []


@settings(deadline=None)  # the machine may be busy
@given(
    secret=st.text("abcXYZ019+/%& é\"\\<'", min_size=8, max_size=20),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
)
def test_a_known_secret_goes_also_inside_base64(secret: str, before: bytes, after: bytes) -> None:
    redactor = Redactor([secret], b"s")
    raw = secret.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        redacted = redactor.data(encode(before + raw + after))
        start = -(-len(before) * 8 // 6)
        piece = encode(before + raw)[start : len(before + raw) * 8 // 6]
        assert piece not in redacted


@pytest.mark.parametrize(
    "form",
    [str, quote, html.escape, json.dumps, lambda s: json.dumps(json.dumps(s)), lambda s: quote(quote(s))],
)
def test_a_known_secret_has_one_stand_in_in_every_form(form: Any) -> None:
    secret = "p\"w & 'x'\\%1é"
    redactor = Redactor([secret], b"s")
    assert stand_in(redactor.text(f"so {form(secret)} is")) == stand_in(redactor.text(secret))


def stand_in(text: str) -> str:
    return text[text.index("<redacted ") : text.index(">", text.index("<redacted ")) + 1]


def test_the_same_secret_has_the_same_stand_in_whatever_quotes_it() -> None:
    encoded = quote("a+b/c=defgh", safe="")
    texts = [f"?sig={encoded}&sv=1", "?sv=1&sig=a+b/c=defgh", f"sv%3D1%26sig%3D{quote(encoded)}"]
    assert len({stand_in(REDACTOR.text(text)) for text in texts}) == 1
    texts = [f"AccountKey={ACCOUNT_KEY};", f'"accountKey": "{ACCOUNT_KEY}"', ACCOUNT_KEY]
    assert len({stand_in(REDACTOR.text(text)) for text in texts}) == 1
    assert (
        stand_in(REDACTOR.text('{"password": "a\\"bcdef"}'))
        == REDACTOR.json({"password": 'a"bcdef'})["password"]
    )


@settings(deadline=None)  # the machine may be busy
@given(secrets=st.permutations(["opensesame", "b3BlbnNlc2FtZQ==", "open%73esame", "b3BlbnNl"]))
def test_the_order_of_learning_does_not_matter_even_where_one_is_anothers_form(secrets: list[str]) -> None:
    text = " ".join([*secrets, base64.b64encode(b"xopensesame").decode(), "opensesameopensesame"])
    one_by_one = Redactor(salt=b"s")
    for secret in secrets:
        one_by_one.learn(secret)
    assert one_by_one.text(text) == Redactor(sorted(secrets), b"s").text(text)


def test_the_parts_of_a_supplied_object_and_of_a_key_are_known_by_themselves() -> None:
    supplied = json.dumps({"workspaceKey": "opensesame42", "on": ["yes", {"deep": "hiddenhidden"}], "n": 1})
    redactor = Redactor([supplied, KEY, "{not json", '["https://kv.vault.azure.net/"]'], b"s")
    text = redactor.text(f"opensesame42 yes hiddenhidden https://kv.vault.azure.net/ {KEY.splitlines()[1]}")
    assert [word for word in text.replace("<redacted secret ", "<").split() if word[0] != "<"] == [
        "yes",
        "https://kv.vault.azure.net/",
    ]


GUIDS = st.uuids().map(str)
HOSTS = st.from_regex(r"\A[a-z][a-z0-9-]{2,20}\.(vault\.azure\.net|blob\.core\.windows\.net)\Z")


@settings(deadline=None)  # the machine may be busy
@given(first=GUIDS, second=GUIDS, host=HOSTS)
def test_guids_and_hosts_stay_so_that_they_can_be_compared(first: str, second: str, host: str) -> None:
    line = f"oid={first};appid={second} got 403 from https://{host}/secrets/www/{second.replace('-', '')}"
    assert REDACTOR.text(line) == line
    assert REDACTOR.json({"clientId": first, "host": host}) == {"clientId": first, "host": host}


def test_fields_that_only_go_in_are_hidden_by_name() -> None:
    value = {
        "protectedSettings": {"script": SECRET, "n": 1},
        "linuxUserConfiguration": {"sshPrivateKey": SECRET, "uid": 1000},
        "azureBlobFileSystemConfiguration": {"accountKey": "k1", "sasKey": "k2", "accountName": "acct"},
        "environmentSettings": [{"name": "ANY", "value": SECRET}, {"name": "HOME", "value": "/x"}],
        "headers": {"Authorization": f"SharedKey acct:{SECRET}", "x-api-key": SECRET, "Cookie": SECRET},
        "adminPassword": {"value": SECRET, "type": "securestring"},
        "passwords": [SECRET],
        "clientSecret": [SECRET],
    }
    redacted = REDACTOR.json({**value, "passwords": []})
    assert SECRET not in json.dumps(redacted)
    assert redacted["azureBlobFileSystemConfiguration"]["accountName"] == "acct"
    assert redacted["linuxUserConfiguration"]["uid"] == 1000
    assert redacted["environmentSettings"][0]["name"] == "ANY"
    assert redacted["adminPassword"]["type"] == "securestring"
    assert REDACTOR.json(redacted) == redacted


def test_the_name_of_a_secret_in_its_vault_is_no_secret() -> None:
    values = {"vault": "kv-prod", "secret": "www-contoso-com"}
    assert REDACTOR.json(values) == values
    assert REDACTOR.json({"secret": "hunter2"}) != {"secret": "hunter2"}


def test_what_the_environment_holds_is_known() -> None:
    environ = {
        "AZURE_CLIENT_SECRET": "aaaaaaaa",
        "TROUBLESHOOTER_SECRET_USER": "bbbbbbbb\n",
        "TROUBLESHOOTER_HOME": "/home/x",
        "PATH": "/usr/bin",
        "TROUBLESHOOTER_SECRET_EMPTY": " ",
    }
    assert environment_secrets(environ) == ("aaaaaaaa", "bbbbbbbb")


def test_redacted_text_can_be_written_whatever_it_held() -> None:
    halves = REDACTOR.text("a\ud800b\udfff password=hunter22")
    assert halves.encode()
    assert halves.startswith("a\\xed\\xa0\\x80b")
    assert REDACTOR.text(halves) == halves
    json.dumps(REDACTOR.json({"\ud800": ["\udfff"]}), ensure_ascii=False).encode()


def test_stand_ins_are_found_in_every_form_of_a_report() -> None:
    text = REDACTOR.text(f"one\n?sig=abcdefgh1 and {ACCOUNT_KEY}\n?sig=abcdefgh1 ?sig=abcdefgh1")
    found = list(stand_ins(text.encode()))
    digits = {hidden.kind: hidden.digits for hidden in found}
    assert found == [
        Hidden(2, "sas", digits["sas"], 1),
        Hidden(2, "account-key", digits["account-key"], 1),
        Hidden(3, "sas", digits["sas"], 2),
    ]
    assert list(stand_ins(html.escape(text).encode())) == found
    assert list(stand_ins(markdown(text).encode())) == found


def markdown(text: str) -> str:
    return "\n".join(escape.markdown(line) for line in text.split("\n"))


@pytest.mark.parametrize(
    "spell", [html.escape, markdown, lambda text: json.dumps(text).replace("<", "\\u003c")]
)
def test_a_report_made_of_redacted_text_is_redacted_no_further(spell: Any) -> None:
    redacted = spell(REDACTOR.text(f'"password": "hunter22", token=abcdefgh, k={ACCOUNT_KEY}'))
    assert REDACTOR.text(redacted) == redacted
