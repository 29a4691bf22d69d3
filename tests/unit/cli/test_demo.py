"""The demo's own command line: what it lists, what it takes, and how it signs in and out again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
import pytest

from troubleshooter.cli import worlds
from troubleshooter.cli.demo import command as demo
from troubleshooter.cli.options import connection
from troubleshooter.cli.run import command as run
from troubleshooter.errors import ExitCode, UsageProblem
from troubleshooter.simulator.scenarios import FAMILIES, SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Ended

PLACES = {parameter.name for parameter in connection(click.Command("places")).params}


def declared(command: click.Command) -> dict[str, object]:
    return {
        str(each.name): each.to_info_dict()
        for each in command.params
        if isinstance(each, click.Option) and each.name not in PLACES
    }


def test_the_demo_takes_every_option_of_run_as_run_takes_it() -> None:
    given = declared(demo)

    assert {name: given.get(name) for name in declared(run)} == declared(run)


def test_the_list_is_by_kind_and_marks_what_is_usual(invoke: Callable[..., Ended]) -> None:
    lines = invoke("demo", "--list").out.splitlines()

    assert [line.lower() for line in lines if line and line[0] not in " *"] == list(FAMILIES)
    assert next(line.split()[1] for line in lines if line.startswith("* ")) == worlds.USUAL
    assert sum(line.startswith("* ") for line in lines) == 2


def test_a_word_filters_the_list_by_name_and_description(invoke: Callable[..., Ended]) -> None:
    found = invoke("demo", "--list", "FireWall", "--output", "json").document["scenarios"]
    names = {each["name"] for each in found}

    assert {"vault-firewall", "mixed", "windows-firewall"} <= names
    assert "healthy" not in names
    assert all("firewall" in f"{each['name']} {each['summary']}" for each in found)


def test_a_word_that_nothing_has_is_told(invoke: Callable[..., Ended]) -> None:
    assert invoke("demo", "--list", "teapot").code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("vault-rbac", "vault-rbac-denied"), ("helthy", "healthy"), ("wrong-clientid", "wrong-client-id")],
)
def test_a_name_nearly_right_is_answered_with_the_right_one(typed: str, meant: str) -> None:
    with pytest.raises(UsageProblem, match=f"Did you mean .*{meant}") as told:
        worlds.scenario(typed)
    assert len(str(told.value)) < 300


def test_every_world_says_in_one_sentence_what_is_broken() -> None:
    offers = worlds.offers()

    assert [each.name for each in offers] == list(SCENARIOS)
    assert all(each.broken.endswith(".") and not each.broken.endswith("..") for each in offers)
    assert not any("-" in each.title for each in offers)
    assert [each.broken for each in offers if each.broken.startswith(f"{each.title.split()[0]}:")] == []
    assert [each.title for each in offers if each.usual] == ["Vault RBAC denied"]


def test_signing_in_to_a_world_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "of the operator")
    monkeypatch.delenv("AZURE_TENANT_ID", raising=False)
    before = dict(os.environ)
    keys = ("tenant_id", "client_id", "client_secret", "authority")

    with worlds.signed_in(dict.fromkeys(keys, "of the world")):
        assert os.environ["AZURE_CLIENT_SECRET"] == os.environ["AZURE_TENANT_ID"] == "of the world"
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "given", [("--yes",), ("--answer", "fix=1"), ("--confirm", "render-pool"), ("--until", "plan")]
)
def test_what_stands_in_for_somebody_is_refused_where_somebody_is(
    given: tuple[str, ...], invoke: Callable[..., Ended]
) -> None:
    ended = invoke("demo", *given)

    assert ended.code == ExitCode.USAGE
    assert f"{given[0]} is for nobody at the screen." in ended.err
