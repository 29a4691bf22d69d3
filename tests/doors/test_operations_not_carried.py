"""What is lost with a pool that is deleted and created again is named before that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.operations import not_carried

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doors.bench import Bench

ADDRESSES = "its nodes get other public addresses: what lets the old ones in does not know them"


def told(bench: Bench, change: Callable[[dict[str, Any]], object] = lambda _: None) -> list[str]:
    body = bench.save()
    change(body["properties"])
    return not_carried.notes(bench.tools, bench.ctx("plan"), body)


def was(bench: Bench, **properties: object) -> None:
    """It was made so, with an earlier version of the API."""
    body = bench.account.of_size(1)
    body["properties"] |= properties
    bench.account.delete(bench.pool)
    bench.account.put(bench.pool, body)


def test_of_a_pool_of_today_only_the_addresses_are_lost(bench: Bench) -> None:
    assert told(bench) == [ADDRESSES]


def test_what_the_newest_version_returns_no_more_is_named_with_its_value(bench: Bench) -> None:
    was(
        bench,
        resourceTags={"costCenter": "4711"},
        targetNodeCommunicationMode="Classic",
        currentNodeCommunicationMode="Classic",
        certificates=[{"id": "a"}, {"id": "b"}],
        applicationLicenses=[],
    )
    assert told(bench)[:-1] == [
        "certificates is lost: API version 2025-06-01 does not take it. It is 2 entries",
        'resourceTags is lost: API version 2025-06-01 does not take it. It is {"costCenter": "4711"}',
        "targetNodeCommunicationMode is lost: API version 2025-06-01 does not take it. It is Classic",
    ]


def test_a_long_value_is_cut_with_a_mark(bench: Bench) -> None:
    was(bench, resourceTags={"k" * 300: "v"})
    (lost, _) = told(bench)
    assert lost.endswith("…")
    assert len(lost) < 250


def test_where_it_cannot_be_read_that_is_said(bench: Bench) -> None:
    body = bench.save()
    bench.account.fault(f"GET .*/pools/{bench.pool}$", status=400, code="InvalidApiVersion", message="No.")
    told = not_carried.notes(bench.tools, bench.ctx("plan"), body)
    unknown = "whether it has anything that API version 2025-06-01 returns no more is not known"
    assert told == [f"{unknown}: Azure refused reading pool {bench.pool} as of 2024-07-01.", ADDRESSES]


@pytest.mark.parametrize(
    ("how", "lost"), [("UserManaged", False), ("NoPublicIPAddresses", False), ("BatchManaged", True)]
)
def test_addresses_are_lost_where_they_are_batchs_own(bench: Bench, how: str, lost: bool) -> None:
    def change(properties: dict[str, Any]) -> None:
        properties["networkConfiguration"]["publicIPAddressConfiguration"] = {"provision": how}

    assert (ADDRESSES in told(bench, change)) == lost


@pytest.mark.parametrize(
    ("made", "ports", "said"),
    [
        ("2025-09-17T08:41:12Z", [], True),
        ("2025-09-17T08:41:12Z", [22], False),
        ("2025-09-17T08:41:12Z", [3389, 80], False),
        ("2025-09-17T08:41:12Z", [80], True),
        ("2025-12-01T00:00:00Z", [], False),
        ("", [], False),
    ],
)
def test_a_way_in_that_was_never_named_is_lost(bench: Bench, made: str, ports: list[int], said: bool) -> None:
    def change(properties: dict[str, Any]) -> None:
        properties["creationTime"] = made
        pools = [{"name": f"p{port}", "backendPort": port} for port in ports]
        properties["networkConfiguration"]["endpointConfiguration"] = {"inboundNatPools": pools}

    found = [note for note in told(bench, change) if "may have SSH or RDP mapped" in note]
    assert len(found) == said
    assert all(note.startswith("it was made 2025-09-17:") for note in found)
