"""Recordings of calls that the product never makes: only their error or their body is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from troubleshooter.cloud import translate
from troubleshooter.errors import ServiceRefusal
from troubleshooter.model.facts import ExtensionStatus, PoolProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recordings.replay import Replay


def error(code: str, *told: str) -> Callable[[Replay], None]:
    """As the answer to a call that the product does make."""

    def read(replay: Replay) -> None:
        replay.play(replace(replay.recording, method="GET"), also=r"/pools/p1\?")
        with pytest.raises(ServiceRefusal) as caught:
            replay.batch.progress(replay.endpoint, "p1")
        assert (caught.value.status, caught.value.code) == (replay.recording.status, code)
        assert [part for part in (code, *told) if part not in caught.value.why] == []
        assert "RequestId:" not in caught.value.why

    return read


def pool_in_a_list(replay: Replay) -> None:
    (found,) = replay.body["value"]
    moved = found["allocationStateTransitionTime"]
    assert translate.progress(found) == PoolProgress("deleting", "resizing", 0, 1, moved=moved)


def extension(name: str, kind: str, status: ExtensionStatus, begins: str) -> Callable[[Replay], None]:
    def read(replay: Replay) -> None:
        found = translate.extension(replay.body)
        assert (found.name, found.type, found.status) == (name, kind, status)
        assert bool(found.message) == bool(begins)
        assert found.message.startswith(begins)
        assert found.raw == replay.body

    return read


def nothing(replay: Replay) -> None:
    assert replay.body is None


UNASKED: dict[str, Callable[[Replay], None]] = {
    "data-400-missing-property": error(
        "MissingRequiredProperty", "A required property was not specified", "targetDedicatedNodes"
    ),
    "data-404-head": nothing,
    "data-409-job-exists": error("JobExists", "The specified job already exists"),
    "data-409-pool-exists": error("PoolExists", "The specified pool already exists"),
    "data-extension-get-creating": extension(
        "batchNodeExtension", "CustomScript", ExtensionStatus.TRANSITIONING, ""
    ),
    "data-extension-get-succeeded-doc": extension(
        "KVExtensions",
        "KeyVaultForLinux",
        ExtensionStatus.SUCCESS,
        "Successfully started Key Vault extension service.",
    ),
    "data-pool-create-201": nothing,
    "data-pool-list-deleting": pool_in_a_list,
    "data-pool-updateproperties-204": nothing,
}
"""The product makes and lists pools through ARM, asks no single extension, and never makes a job."""
