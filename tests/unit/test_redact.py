from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.redact import Redactor, outside

JWT = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxMjM0In0.c2lnbmF0dXJlLXBhcnQ"
SIGNATURE = "x7Jq%2BmZ9c0fP1y2sQvQk3n0iS%3D"
_KEY = "RSA PRIVATE KEY-----"  # apart from its dashes, so that no scanner takes this file for a key
KEY_BLOCK = f"-----BEGIN {_KEY}\nProc-Type: 4,ENCRYPTED\n\nMIIEow+/=\n-----END {_KEY}"
GUID = "4633458b-17de-408a-b874-0445c86b69e6"
REDACTOR = Redactor(["opensesame-42"], salt=b"salt")

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            JWT,
            f"sig={SIGNATURE}",
            KEY_BLOCK,
            "opensesame-42",
            "opensesame-",
            "Authorization: ",
            "Bearer ",
            "AccountKey=",
            '"password": "',
            '\\"token\\":\\"',
            "password=",
            "--client-secret ",
            "abcDEF0123456789==",
            '"',
            "\\",
            ";",
            "&",
            " ",
            "\n",
            "-----",
            "-----BEGIN PRIVATE" + " KEY-----",
            "<redacted sas 3f2a>",
            *("<redacted ", "é", "eyJ", ".", "sig", "="),
            *(
                "Authorization: SharedKey ",
                "cookie: ",
                "://user:",
                "@host",
                ";Pwd=",
                "'token': '",
                "<password>",
            ),
            *("access_token: ", '"name": "PASSWORD", "value": "', '"sasKey": {"value": "', "k" * 86 + "=="),
        ]
    )
    | st.text(max_size=12),
    max_size=14,
).map("".join)


@pytest.mark.parametrize(
    ("text", "secret", "stays"),
    [
        (f"https://a.blob.core.windows.net/c/f?sv=2022&sig={SIGNATURE}&se=2026", SIGNATURE, "sv=2022&sig=<"),
        (
            f"https://a.blob.core.windows.net/c/f?SIG={SIGNATURE}&sv=2022",
            SIGNATURE,
            "a.blob.core.windows.net",
        ),
        (f"sv%3D2022%26sig%3D{SIGNATURE}", SIGNATURE, "sv%3D2022"),
        (f"token {JWT} ended", JWT, " ended"),
        (f"Authorization: Bearer {JWT}", JWT, "Authorization: Bearer <redacted jwt"),
        ("authorization: SharedKey acct:c2VjcmV0c2VjcmV0=", "c2VjcmV0", "SharedKey"),
        ('-H "Authorization: Basic dXNlcjpwYXNz" x', "dXNlcjpwYXNz", '" x'),
        (f"before\n{KEY_BLOCK}\nafter", "MIIEow", "\nafter"),
        ("AccountName=acct;AccountKey=c2VjcmV0a2V5==;EndpointSuffix=x", "c2VjcmV0", "AccountName=acct;"),
        ("SharedAccessKeyName=Root;SharedAccessKey=c2VjcmV0", "c2VjcmV0", "SharedAccessKeyName=Root"),
        ('{"userName": "u", "password": "p\\"ss,word", "id": 1}', "ss,word", '"id": 1'),
        ('{\\"clientSecret\\": \\"abc~def\\"}', "abc~def", "clientSecret"),
        ("az login --password hunter2hunter2 --tenant x", "hunter2", "--tenant x"),
        ("Server=tcp:db.windows.net;Password=hunter2;", "hunter2", "db.windows.net"),
        ("client_secret=abc~def&grant_type=x", "abc~def", "grant_type=x"),
        ("said opensesame-42!", "opensesame-42", "said <redacted secret "),
    ],
)
def test_a_secret_goes_and_what_a_diagnosis_needs_stays(text: str, secret: str, stays: str) -> None:
    redacted = REDACTOR.text(text)
    assert secret not in redacted
    assert stays in redacted


@pytest.mark.parametrize(
    "text",
    [
        f"principal {GUID} on https://kv-prod.vault.azure.net/secrets/cert/0123456789abcdef01234567",
        "2026-05-16 19:49:22: <info> [CertificateManager]\tretrieved 'https://kv.vault.azure.net/secrets/cert/'",
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action' Decision: 'DeniedWithNoValidRBAC'",
        '{"secretsManagementSettings": {"poll": "3600"}, "secretUrl": "https://kv", "secretName": "cert"}',
        "Installed; thumbprint is '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567' config=/etc/x design=1",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "AuthorizationFailed: The client does not have authorization to perform action",
        "Failed to get the msi authentication key",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert REDACTOR.text(text) == text
    assert REDACTOR.data(text.encode()) == text.encode()


def test_equal_secrets_have_equal_stand_ins_wherever_they_stand() -> None:
    redacted = REDACTOR.text(f"{JWT} Authorization: Bearer {JWT} access_token={JWT}")
    assert len({part[:4] for part in redacted.split("<redacted jwt ")[1:]}) == 1
    assert redacted.count("<redacted jwt ") == 3
    assert REDACTOR.json({"password": "opensesame-42"})["password"] == REDACTOR.text("opensesame-42")


def test_another_salt_gives_another_stand_in() -> None:
    texts = {
        Redactor(["opensesame-42"], salt=bytes([number]) * 16).text("opensesame-42") for number in range(8)
    }
    assert len(texts) > 1


@settings(deadline=None)  # the machine may be busy
@given(order=st.permutations(["sv=2022", "se=2026-01-01", "sp=rl", f"sig={SIGNATURE}", "spr=https"]))
def test_the_order_of_query_parameters_does_not_matter(order: list[str]) -> None:
    redacted = REDACTOR.text("https://a.blob.core.windows.net/c?" + "&".join(order))
    assert SIGNATURE not in redacted
    assert all(part in redacted for part in order if not part.startswith("sig="))


@settings(deadline=None)  # the machine may be busy
@given(FRAGMENTS)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once


@settings(deadline=None)  # the machine may be busy
@given(FRAGMENTS)
def test_text_and_bytes_agree(text: str) -> None:
    assert REDACTOR.data(text.encode("utf-8", "surrogatepass")) == REDACTOR.text(text).encode(
        "utf-8", "surrogatepass"
    )


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=200))
def test_any_bytes_pass_and_without_secrets_unchanged(data: bytes) -> None:
    redacted = REDACTOR.data(data)
    assert REDACTOR.data(redacted) == redacted


@settings(deadline=None)  # the machine may be busy
@given(
    secrets=st.lists(st.text('abcdef01<>& é"\\/%', min_size=6, max_size=12), min_size=1, max_size=4),
    filler=st.text("xyz \n", max_size=20),
)
def test_learned_secrets_go_in_every_form_and_the_order_of_learning_does_not_matter(
    secrets: list[str], filler: str
) -> None:
    text = filler.join(["", *secrets, json.dumps(secrets), ""])
    there, back = Redactor(secrets, b"s"), Redactor(reversed(secrets), b"s")
    redacted = there.text(text)
    assert redacted == back.text(text)
    assert there.text(redacted) == redacted
    outside = [part[5:] for part in ("____>" + redacted).split("<redacted secret ")]
    assert not any(secret in part for secret in secrets for part in outside)


@settings(deadline=None)  # the machine may be busy
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | FRAGMENTS,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["password", "name", "value", "x"]), inner)
        ),
        max_leaves=8,
    )
)
def test_json_keeps_its_shape_and_is_redacted_once(value: object) -> None:
    once = REDACTOR.json(value)
    assert REDACTOR.json(once) == once
    json.dumps(once)


def test_a_field_of_json_that_is_named_a_secret_goes_whole() -> None:
    value = {
        "userAccounts": [{"name": "u", "password": "short"}],
        "metadata": [{"name": "DB_PASSWORD", "value": "p w"}, {"name": "HOME", "value": "/x"}],
        "tokens": 3,
    }
    redacted = REDACTOR.json(value)
    assert redacted["userAccounts"][0]["password"].startswith("<redacted secret ")
    assert redacted["userAccounts"][0]["name"] == "u"
    assert redacted["metadata"][0]["value"].startswith("<redacted secret ")
    assert redacted["metadata"][1]["value"] == "/x"
    assert redacted["tokens"] == 3


@pytest.mark.parametrize(
    "line",
    [
        "eyJ" * 1_000_000,
        "sig=" * 800_000,
        '"password": "' * 250_000,
        "-----BEGIN PRIVATE" * 180_000,
        "a-key" * 600_000,
        "\\" * 3_000_000,
    ],
)
def test_a_huge_line_takes_no_longer_than_its_length(line: str) -> None:
    started = time.process_time()
    REDACTOR.text(line)
    assert time.process_time() - started < 10  # a quadratic match would take hours


def test_a_secret_too_short_to_tell_from_other_text_is_not_learned() -> None:
    assert Redactor(["abc", ""]).text("abcabc") == "abcabc"


def test_outside_a_run_equal_secrets_have_equal_digits_wherever_they_are_shown() -> None:
    environ = {"TROUBLESHOOTER_SECRET_STORAGE": "correct horse battery"}
    printed, drawn = outside(environ), outside(dict(environ))
    assert printed.text("is correct horse battery") == drawn.text("is correct horse battery")
    assert "horse" not in printed.text("is correct horse battery")
