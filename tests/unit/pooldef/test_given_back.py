"""Whether text is what was sent, or what Azure made of an object, and both ways between the two."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT
from troubleshooter.pooldef import given_back
from troubleshooter.pooldef.pool_body import extensions
from troubleshooter.pooldef.traces import traces

if TYPE_CHECKING:
    from collections.abc import Callable

OBJECT = {"secretsManagementSettings": {"pollingIntervalInS": "3600"}}
TEXT = json.dumps(OBJECT)
SILENT = {"code": "AllocationFailed", "message": "The server encountered an internal error."}
QUOTA = {"code": "AccountCoreQuotaReached", "message": "The specified account has reached its core quota"}


def pool(*settings: Any, nodes: int = 2, errors: tuple[Any, ...] = ()) -> dict[str, Any]:
    entries = [{"name": f"e{number}", "settings": each} for number, each in enumerate(settings)]
    return {
        "properties": {
            "currentDedicatedNodes": nodes,
            "currentLowPriorityNodes": 0,
            "resizeOperationStatus": {"errors": list(errors)},
            "deploymentConfiguration": {"virtualMachineConfiguration": {"extensions": entries}},
        }
    }


@pytest.mark.parametrize(
    ("given", "turned"),
    [
        (pool(OBJECT), False),
        (pool(TEXT), True),
        (pool(TEXT, nodes=0, errors=(QUOTA,)), True),
        (pool(TEXT, nodes=0, errors=(SILENT,)), False),
        (pool(TEXT, nodes=0), False),
        (pool(json.dumps(TEXT), nodes=0, errors=(SILENT,)), True),
        (pool(json.dumps(TEXT), TEXT, nodes=0, errors=(SILENT,)), True),
        (pool(TEXT, OBJECT), False),
        (pool(json.dumps(TEXT), OBJECT), False),
        (pool("{", nodes=2), False),
        (pool("[" * 500 + "]" * 500), False),
        (pool("[" * 100_000), False),
        (pool('{"a":' * 500 + "1" + "}" * 500), False),
        (pool(), False),
    ],
)
def test_whether_azure_turned_settings_into_text(given: dict[str, Any], turned: bool) -> None:
    assert given_back.is_text(given) is turned


def test_what_it_turned_is_read_as_it_was_sent_and_written_as_it_is_given() -> None:
    sent = pool(OBJECT, TEXT, {})
    given = pool(TEXT, json.dumps(TEXT), "{}")
    assert given_back.read(given) == sent
    assert given_back.written(sent) == given
    assert given == pool(TEXT, json.dumps(TEXT), "{}")


@pytest.mark.parametrize("form", [lambda settings: settings, json.dumps], ids=["object", "text"])
def test_what_a_run_left_is_seen_in_either_form(form: Callable[[Any], Any]) -> None:
    off = {"secretsManagementSettings": {"requireInitialSync": False}}
    left = pool(form(off))
    (entry,) = extensions(left)
    entry |= {"publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux"}
    assert traces(left, KEY_VAULT) == ("requireInitialSync is off",)
