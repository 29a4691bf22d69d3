"""What support asks first is gathered from whatever the files are: ids, versions, requests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from troubleshooter.analyse.particulars import KEPT, particulars
from troubleshooter.analyse.sources import Sources
from troubleshooter.archives.budget import Budget
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.particular import About

if TYPE_CHECKING:
    from troubleshooter.model.particular import Particular

SUB, ID = "3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10", "8b6c1f3a-52d0-4c1e-9c55-0d6f3f7b2a11"
POOL = f"/subscriptions/{SUB}/resourceGroups/rg-a/providers/Microsoft.Batch/batchAccounts/acct1/pools/pool-1"


def stated(text: str, name: str = "x.log") -> tuple[Particular, ...]:
    return particulars([SourceFile(name, lambda: io.BytesIO(text.encode()))])


def values(text: str, name: str = "x.log") -> set[tuple[About, str]]:
    return {(one.about, one.value) for one in stated(text, name)}


def test_where_it_is_stands_in_the_ids_of_what_nodes_are() -> None:
    assert values(f'{{"id": "{POOL}"}}') == {
        (About.SUBSCRIPTION, SUB), (About.GROUP, "rg-a"), (About.ACCOUNT, "acct1"), (About.POOL, "pool-1"),
    }  # fmt: skip
    assert values("https://acct1.westeurope.batch.azure.com/pools/p") == {
        (About.ACCOUNT, "acct1"), (About.REGION, "westeurope"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v",
        f"/subscriptions/{SUB}",
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Nothing/x",
        "location=westeurope",
        "https://acct1.blob.core.windows.net",
    ],
)
def test_what_is_of_something_else_is_not_taken_for_where_it_is(text: str) -> None:
    assert values(text) == set()


@pytest.mark.parametrize(
    ("text", "about", "value"),
    [
        ('"vmSize": "standard_d2s_v3"', About.SIZE, "standard_d2s_v3"),
        ('PRETTY_NAME="Ubuntu 22.04.5 LTS"\n', About.SYSTEM, "Ubuntu 22.04.5 LTS"),
        ('"nodeAgentSKUId": "batch.node.ubuntu 22.04"', About.NODE_AGENT, "batch.node.ubuntu 22.04"),
        ('"nodeAgentInfo": {"lastUpdateTime": "x", "version": "1.13.4"}', About.NODE_AGENT, "1.13.4"),
        ("Azure Linux Agent (Goal State Agent version 2.9.1.1)", About.GUEST_AGENT, "2.9.1.1"),
        ("Agent WALinuxAgent-2.11.1.4 is running", About.GUEST_AGENT, "2.11.1.4"),
        ("Azure Linux Agent Version: 2.2.52", About.GUEST_AGENT, "2.2.52"),
        ("[INFO]  GuestAgent version 2.7.41491.1071", About.GUEST_AGENT, "2.7.41491.1071"),
        ('"vmAgentVersion": "2.7.1"', About.GUEST_AGENT, "2.7.1"),
        ('\\"vmAgentVersion\\":\\"2.7.1\\"', About.GUEST_AGENT, "2.7.1"),
        ('"guestAgentStatus": {"status": "Ready", "version": "2.1.5"}', About.GUEST_AGENT, "2.1.5"),
        ("[Microsoft.X.KeyVaultForLinux-3.5.3.1] x", About.EXTENSION, "KeyVaultForLinux 3.5.3.1"),
        ("Plugin (name: Microsoft.Compute.CustomScriptExtension, version: 1.8) x", About.EXTENSION,
         "CustomScriptExtension 1.8"),
        ('{"handlerName": "Mi.Diag", "handlerVersion": "2.1.10"}', About.EXTENSION, "Diag 2.1.10"),
        ('{"type": "Antimalware", "typeHandlerVersion": "3.0"}', About.EXTENSION, "Antimalware 3.0"),
        ('"imageReference": {"publisher": "c", "offer": "jammy", "sku": "lts"}', About.IMAGE, "c jammy lts"),
        ("node tvmps_0123456789abcdef_d is unusable", About.NODE, "tvmps_0123456789abcdef_d"),
    ],
)  # fmt: skip
def test_a_version_is_known_in_each_form_in_which_it_stands(text: str, about: About, value: str) -> None:
    assert (about, value) in values(f"before\n{text}\nafter\n")


def test_the_version_of_an_extension_stands_in_the_folder_of_its_files_too() -> None:
    folder = r"C:\WindowsAzure\Logs\Plugins\Microsoft.Azure.KeyVault.KeyVaultForWindows\3.6.3145.208\x.log"

    assert values("", folder) == {(About.EXTENSION, "KeyVaultForWindows 3.6.3145.208")}


@pytest.mark.parametrize(
    ("text", "at", "wrong"),
    [
        (f"2026-11-25T08:12:00Z ERROR 403 x-ms-request-id: {ID}", "2026-11-25T08:12:00Z", True),
        (f"2026-11-25 08:12:00: <info> fetched, request id {ID}", "2026-11-25T08:12:00Z", False),
        (f"Forbidden.\nRequestId:{ID}\nTime:2026-11-25T08:12:00.5Z", "2026-11-25T08:12:00Z", True),
        (f"2026-11-25 08:12:00 call failed\n  correlationId={ID}", "2026-11-25T08:12:00Z", True),
        (f"Activity Id: {ID}", "", False),
    ],
)
def test_a_request_has_its_time_and_whether_an_error_stands_beside_it(
    text: str, at: str, wrong: bool
) -> None:
    (one,) = stated(text)

    assert (one.about, one.value, one.at, one.wrong) == (About.REQUEST, ID, at, wrong)
    assert one.line == text[: text.index(ID)].count("\n") + 1


def test_of_many_requests_the_newest_beside_an_error_are_kept() -> None:
    lines = [
        f"2026-11-25T08:{n // 60:02}:{n % 60:02}Z {'fine' if n % 3 else 'ERROR'} RequestId: {ID[:-4]}{n:04}"
        for n in range(3000)
    ]  # more than are held
    kept = [one for one in stated("\n".join(lines)) if one.about is About.REQUEST]

    assert len(kept) == KEPT
    assert all(one.wrong for one in kept)
    assert kept[0].value.endswith("2997")


def test_of_each_kind_only_some_values_are_kept() -> None:
    assert len(stated("\n".join(f"tvmps_{n:016}_d" for n in range(5000)))) == KEPT


def test_a_file_that_cannot_be_read_hides_no_other() -> None:
    def refused() -> io.BytesIO:
        raise PermissionError("no")

    good = SourceFile("b.log", lambda: io.BytesIO(b"WALinuxAgent-2.9.1.1"))
    assert [one.value for one in particulars([SourceFile("a.log", refused), good])] == ["2.9.1.1"]


def test_it_costs_no_more_than_is_left() -> None:
    found = Sources(budget=Budget(looks=5))
    text = f"RequestId: {ID}\n" * 100
    particulars([SourceFile("a.log", lambda: io.BytesIO(text.encode()))], found)

    assert "not every file was looked at" in found.left_out[-1].why
