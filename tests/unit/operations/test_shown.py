"""What an answer has to show before a check goes by it."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.model.reply import Heard, Reply
from troubleshooter.operations.facts.shown import at_host


@pytest.mark.parametrize(
    ("uri", "host", "heard"),
    [
        ("https://kv-render.vault.azure.net/", "kv-render.vault.azure.net", Heard.KNOWN),
        ("https://KV-Render.Vault.Azure.NET:443", "kv-render.vault.azure.net", Heard.KNOWN),
        ("https://kv-render.vault.azure.net/", "kv-render.vault.azure.cn", Heard.ABSENT),
        ("https://kv-render.vault.usgovcloudapi.net/", "kv-render.vault.azure.net", Heard.ABSENT),
        ("https://kv-render.vault.azure.net/", "kv-render.privatelink.vaultcore.azure.net", Heard.KNOWN),
        ("https://127.0.0.1:8443/kv-render/", "kv-render.vault.azure.net", Heard.KNOWN),
        (None, "kv-render.vault.azure.net", Heard.KNOWN),
        (7, "kv-render.vault.azure.net", Heard.KNOWN),
        ("https://[", "kv-render.vault.azure.net", Heard.KNOWN),
    ],
)
def test_a_vault_of_another_cloud_is_not_the_one_that_the_url_names(
    uri: Any, host: str, heard: Heard
) -> None:
    body = {"id": "/kv", "properties": {"vaultUri": uri}}
    reply = at_host(Reply("GET /kv", Heard.KNOWN, body, "Some/thing/read", "Reader"), host)

    assert reply.heard is heard
    assert (reply.body is None, reply.right == "", "is at" in reply.why) == (heard is Heard.ABSENT,) * 3


def test_what_was_not_answered_stays_so() -> None:
    refused = Reply("GET /kv", Heard.REFUSED, right="Some/thing/read", role="Reader", why="no")

    assert at_host(refused, "kv-render.vault.azure.cn") is refused
