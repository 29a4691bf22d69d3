"""Each finding says whose failure it is."""

from __future__ import annotations

import pytest

from tests.unit.analyse.sources import BOOK, log, source
from tests.unit.lint.pools import good, settings
from troubleshooter.analyse import analyse, merge
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.finding import Diagnosis

IMDS = '{"error":"invalid_request","error_description":"Identity not found"}'
QUOTA = '{"resizeErrors": [{"code": "AccountCoreQuotaReached", "message": "x"}]}'


@pytest.mark.parametrize(("text", "whose"), [(log(IMDS), "key-vault"), (QUOTA, None)])
def test_a_rule_says_whose_failure_it_tells_of(text: str, whose: str | None) -> None:
    assert [finding.extension for finding in analyse([source(text)], BOOK).findings] == [whose]


def test_a_mistake_in_settings_is_of_their_extension_and_one_of_the_pool_is_of_none() -> None:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0][
        "provisionAfterExtensions"
    ] = ["nobody"]

    found = {each.id: each.extension for each in findings_of(lint_pool(pool, BOOK.known))}

    assert found == {"kv-config-not-a-string": "key-vault", "batch-provision-after-unknown": None}


def test_two_witnesses_of_one_failure_name_the_extension_that_either_knows() -> None:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    said = analyse([source(log("Failed to parse the configuration settings with:not a string."))], BOOK)

    (finding,) = merge(said, findings_of(lint_pool(pool, BOOK.known))).findings

    assert (finding.id, finding.extension) == ("kv-config-not-a-string", "key-vault")
    assert merge(Diagnosis(), [finding]).findings[0].extension == "key-vault"
