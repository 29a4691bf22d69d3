"""What the SDK clients are made with: what tokens are for, and how long an answer is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer, Cancel
from troubleshooter.cloud import session
from troubleshooter.cloud.allowance import Allowance, CutOff
from troubleshooter.cloud.azure import Azure
from troubleshooter.errors import UsageProblem
from troubleshooter.settings import CloudSettings, Endpoints

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Service

PUBLIC = ("https://management.azure.com/.default", "https://batch.core.windows.net//.default")


def asked_for(service: Service, **scopes: Any) -> list[str]:
    """What tokens were asked for, by one read of each plane."""
    service.answer("GET", "/pools/", Answer(body={"name": "p", "properties": {}}))
    settings = CloudSettings(SUBSCRIPTION, service.endpoint, service.endpoint, service.ca_file, **scopes)
    with Azure(settings, Cancel(), lambda _: None) as azure:
        azure._session.claims_token()
        azure.batch.progress(service.endpoint, "p")
    bodies = [parse_qs(request.body.decode()) for request in service.seen("POST", "/token")]
    return [body["scope"][0].split()[0] for body in bodies]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, PUBLIC),
        (
            {"arm_scope": "https://arm.example/.default", "batch_scope": "https://batch.example//.default"},
            ("https://arm.example/.default", "https://batch.example//.default"),
        ),
        (
            {"arm_scope": "https://arm.example", "batch_scope": "https://batch.example/"},
            ("https://arm.example/.default", "https://batch.example//.default"),
        ),
        ({"batch_scope": "https://batch.example/"}, (PUBLIC[0], "https://batch.example//.default")),
        ({"arm_scope": "https://arm.example"}, ("https://arm.example/.default", PUBLIC[1])),
    ],
    ids=["none", "scopes", "audiences", "of batch alone", "of arm alone"],
)
def test_tokens_are_asked_for_what_was_given(
    service: Service, given: dict[str, str], asked: tuple[str, str]
) -> None:
    assert asked_for(service, **given) == list(asked)


@pytest.mark.parametrize("option", ["arm_scope", "batch_scope"])
def test_a_scope_that_is_no_address_is_refused(option: str) -> None:
    name = option.replace("_", "-")
    with pytest.raises(UsageProblem, match=f"--{name} 'batch' cannot be used"):
        Endpoints(**{option: "batch"}).settings(SUBSCRIPTION)


def test_scopes_are_kept_for_a_run_that_is_resumed() -> None:
    given = Endpoints(arm_scope="https://arm.example", batch_scope="https://batch.example/")
    settings = given.settings(SUBSCRIPTION)
    assert (settings.arm_scope, settings.batch_scope) == ("https://arm.example", "https://batch.example/")
    assert Endpoints().settings(SUBSCRIPTION) == CloudSettings(SUBSCRIPTION)


def test_an_answer_may_take_as_long_as_the_data_plane_gives_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a user that was made late is not made once more."""
    seconds = 30  # the default, and the most, of the timeOut of every call
    clock = [0.0]
    monkeypatch.setattr("troubleshooter.cloud.allowance.time.monotonic", lambda: clock[0])
    allowance = Allowance(Cancel(), changes=True)
    allowance.ask()
    clock[0] = seconds + 1.0
    allowance.check()
    assert seconds < session.READ_SECONDS
    clock[0] = 2.0 * seconds
    with pytest.raises(CutOff):
        allowance.check()
