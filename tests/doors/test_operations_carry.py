"""What Azure does not return is decided by the operator, field by field, and never written down."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import asked
from tests.known import KEY_VAULT
from tests.unit.operations.test_carry import PATHS, rich
from troubleshooter.actions import GATES
from troubleshooter.engine.driver import AnswerPolicy
from troubleshooter.errors import UsageProblem
from troubleshooter.operations import carry

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.run import Question

FIRST, KEY, SECOND = PATHS[:3]
SETTINGS = PATHS[-1]
SECRET = "TROUBLESHOOTER_SECRET_"
PASSWORD = f"{SECRET}USERACCOUNTS_0_PASSWORD"
PROTECTED = f"{SECRET}EXTENSIONS_AGENT_PROTECTEDSETTINGS"


def accounts(number: int = 1) -> Any:
    """A pool whose only unseen fields are the passwords of so many user accounts."""
    names = ("ops", "dev", "ci")[:number]
    return {"properties": {"userAccounts": [{"name": name} for name in names]}}


AGENT = {"name": "agent", "publisher": "Contoso", "type": "Monitor", "settings": {}}
MACHINE = {"virtualMachineConfiguration": {"extensions": [AGENT]}}
EXTENDED = {"properties": {"deploymentConfiguration": MACHINE}}


def settled(bench: Bench, definition: Any, *waived: str, since: str = "") -> carry.Carried:
    return carry.settled(bench.ctx(), definition, KEY_VAULT, waived, since)


def question(bench: Bench, definition: Any, *waived: str, since: str = "") -> Question:
    return asked(lambda: settled(bench, definition, *waived, since=since))


def test_each_field_is_asked_for_by_its_name(bench: Bench) -> None:
    given = question(bench, accounts(2))

    assert (given.gate, given.about) == ("waive", FIRST)
    assert given.text == (
        f"Azure does not return {FIRST}, so a pool made from what it returns would lack it. Go on without it,"
        f" or supply it here or in {PASSWORD}. Not returned: {FIRST}, {SECOND}."
    )
    assert given.plan == {"field": FIRST, "notes": ["without it: no user account ops"]}
    assert [each.value for each in given.choices] == [FIRST, "supply"]


def test_what_is_waived_beforehand_is_not_asked_for(bench: Bench) -> None:
    assert settled(bench, accounts(), FIRST) == {FIRST: None}
    assert question(bench, accounts(2), FIRST).about == SECOND


def test_what_is_waived_beforehand_is_left_out_although_it_was_supplied(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "Made-up-1")
    assert settled(bench, accounts(), FIRST) == {FIRST: None}


def test_an_answer_given_beforehand_waives_the_fields_that_it_names_and_no_other(bench: Bench) -> None:
    it = question(bench, accounts(2))
    assert AnswerPolicy(GATES, {"waive": f"{SECOND}\n{FIRST}"}).answer(it) == (FIRST, "option")
    assert AnswerPolicy(GATES, {"waive": SECOND}).answer(it) is None


def test_what_is_waived_is_left_out_and_the_next_is_asked_for(bench: Bench) -> None:
    bench.answer(question(bench, accounts(2)), FIRST)
    bench.answer(question(bench, accounts(2)), SECOND)

    assert settled(bench, accounts(2)) == {FIRST: None, SECOND: None}


@pytest.mark.parametrize("definition", [accounts(), EXTENDED])
def test_whatever_its_name_it_can_be_waived_or_supplied(bench: Bench, definition: Any) -> None:
    given = question(bench, definition)
    bench.answer(given, "supply")
    assert carry.waived(bench.ctx(), definition, KEY_VAULT) == {}
    assert question(bench, definition).gate == "secret"

    bench.answer(given, given.about)
    assert settled(bench, definition) == {given.about: None}
    assert carry.waived(bench.ctx(), definition, KEY_VAULT) == {given.about: None}


def mounted(place: str) -> Any:
    mount = {"accountName": "a", "relativeMountPath": place}
    return {"properties": {"mountConfiguration": [{"azureFileShareConfiguration": mount}]}}


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (accounts(), {"properties": {"userAccounts": [{"name": "dev"}]}}),
        (mounted("share"), mounted("elsewhere")),
    ],
    ids=["an account of another name", "a mount at another place"],
)
def test_what_was_to_be_supplied_is_taken_although_more_about_it_is_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, then: Any, now: Any
) -> None:
    given = question(bench, then)
    bench.answer(given, "supply")
    assert question(bench, now).gate == "waive"

    path = given.about.upper().replace("[", "_").replace("]", "").replace(".", "_")
    monkeypatch.setenv(SECRET + path, "Made-up-1")
    assert settled(bench, now) == {given.about: "Made-up-1"}


def test_what_goes_with_a_waived_one_is_not_asked_for_and_all_else_is(bench: Bench) -> None:
    """Without the account its key is of no use; the second account's password, and every mount, is."""
    found = settled(bench, rich(), *(path for path in PATHS if path != KEY))
    assert list(found) == [path for path in PATHS if path != KEY]

    for left in (path for path in PATHS if path not in {FIRST, KEY}):
        assert question(bench, rich(), *(path for path in PATHS if path != left)).about == left


def test_what_was_waived_stays_so_where_it_is_supplied_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.answer(question(bench, accounts()), FIRST)
    monkeypatch.setenv(PASSWORD, "Made-up-1")

    assert settled(bench, accounts()) == {FIRST: None}


def test_what_is_supplied_is_taken_without_asking(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "Made-up-1")

    assert settled(bench, accounts()) == {FIRST: "Made-up-1"}


def test_what_is_to_be_supplied_is_asked_for_and_kept_in_memory(bench: Bench) -> None:
    bench.answer(question(bench, accounts()), "supply")
    given = question(bench, accounts())
    assert (given.gate, given.about, given.kept_as) == ("secret", FIRST, "USERACCOUNTS_0_PASSWORD")
    assert (given.form, given.hint) == ("", f"or set {PASSWORD} and start again")

    bench.answer(given, "Made-up-2")
    assert settled(bench, accounts()) == {FIRST: "Made-up-2"}
    told = b"".join(path.read_bytes() for path in bench.workbench.home.rglob("*") if path.is_file())
    assert b"Made-up-2" not in told


def test_protected_settings_are_wanted_as_an_object(bench: Bench) -> None:
    bench.answer(question(bench, EXTENDED), "supply")
    given = question(bench, EXTENDED)

    assert (given.form, given.hint) == ("json-object", "a JSON object")


@pytest.mark.parametrize("value", ["Made-up-1", "[1]"])
def test_protected_settings_that_are_none_are_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(PROTECTED, value)
    with pytest.raises(UsageProblem) as refused:
        settled(bench, EXTENDED)

    assert refused.value.what == f"What was supplied for {SETTINGS} cannot be used."
    assert refused.value.do.endswith(PROTECTED)


def test_protected_settings_that_are_one_are_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROTECTED, '{"key": 1}')

    assert settled(bench, EXTENDED) == {SETTINGS: '{"key": 1}'}


def test_since_something_happened_it_is_asked_for_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "Made-up-1")
    given = question(bench, accounts(), since="0x1")
    assert (given.gate, given.plan) == ("secret", {"field": FIRST, "since": "0x1"})

    bench.answer(given, "Made-up-2")
    assert settled(bench, accounts(), since="0x1") == {FIRST: "Made-up-2"}
    assert question(bench, accounts(), since="0x2").gate == "secret"


def test_only_what_was_waived_is_known_without_asking(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{SECRET}USERACCOUNTS_1_PASSWORD", "Made-up-1")
    bench.answer(question(bench, accounts(3)), FIRST)
    third = question(bench, accounts(3))
    assert third.about == "userAccounts[2].password"
    bench.answer(third, "supply")

    assert carry.waived(bench.ctx(), accounts(3), KEY_VAULT) == {FIRST: None}
    assert carry.waived(bench.ctx(), {"properties": {}}, KEY_VAULT) == {}


# Put in and left out


def test_the_definition_itself_is_left_as_it_is() -> None:
    definition = accounts(2)
    before = copy.deepcopy(definition)
    whole = carry.complete(definition, {FIRST: "Made-up-1", SECOND: None}, KEY_VAULT)

    assert definition == before
    assert whole["properties"]["userAccounts"] == [{"name": "ops", "password": "Made-up-1"}]


def test_what_was_not_decided_stays_as_it_is() -> None:
    assert carry.complete(accounts(2), {SECOND: None}, KEY_VAULT) == accounts(1)
    assert carry.complete(accounts(2), {}, KEY_VAULT) == accounts(2)


def test_several_are_left_out_from_the_back() -> None:
    paths = {f"userAccounts[{number}].password": None for number in range(3)}
    assert carry.complete(accounts(3), paths, KEY_VAULT)["properties"]["userAccounts"] == []
    middle = carry.complete(accounts(3), {FIRST: None, "userAccounts[2].password": None}, KEY_VAULT)
    assert middle["properties"]["userAccounts"] == [{"name": "dev"}]


def test_a_field_that_is_not_there_is_left_out_without_more() -> None:
    without = carry.complete(EXTENDED, {SETTINGS: None}, KEY_VAULT)
    assert without == EXTENDED

    there = copy.deepcopy(EXTENDED)
    there["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"][0] |= {
        "protectedSettings": {}
    }
    assert carry.complete(there, {SETTINGS: None}, KEY_VAULT) == EXTENDED


BLOB = "mountConfiguration[0].azureBlobFileSystemConfiguration.accountKey/sasKey"
SHARE = "mountConfiguration[1].azureFileShareConfiguration.accountKey"


@pytest.mark.parametrize(
    ("value", "key"), [("Made-up-key==", "accountKey"), ("?sv=2024&sig=Made-up", "sasKey")]
)
def test_a_signature_for_a_blob_is_no_account_key(value: str, key: str) -> None:
    mounts = [
        {"azureBlobFileSystemConfiguration": {"accountName": "a", "relativeMountPath": "blob"}},
        {"azureFileShareConfiguration": {"accountName": "a", "relativeMountPath": "share"}},
    ]
    definition = {"properties": {"mountConfiguration": mounts, **accounts()["properties"]}}
    supplied = {BLOB: value, SHARE: value, FIRST: value}
    blob, share = carry.complete(definition, supplied, KEY_VAULT)["properties"]["mountConfiguration"]

    assert blob["azureBlobFileSystemConfiguration"][key] == value
    assert share["azureFileShareConfiguration"]["accountKey"] == value
    assert len(blob["azureBlobFileSystemConfiguration"]) == 3


def test_hidden_it_is_shown_that_something_was_supplied_and_never_what() -> None:
    whole = carry.with_secrets_hidden(accounts(2), {FIRST: "Made-up-1", SECOND: None}, KEY_VAULT)
    assert whole["properties"]["userAccounts"] == [{"name": "ops", "password": carry.NOT_SHOWN}]

    hidden = carry.with_secrets_hidden(EXTENDED, {SETTINGS: '{"key": 1}'}, KEY_VAULT)
    (agent,) = hidden["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"]
    assert agent["protectedSettings"] == {"": carry.NOT_SHOWN}


@pytest.mark.parametrize("scale", [None, {"autoScale": {}}, {"fixedScale": {"targetDedicatedNodes": 1}}])
def test_what_became_of_each_is_told(scale: Any) -> None:
    definition = accounts(2)
    if scale is not None:
        definition["properties"]["scaleSettings"] = scale
    told = carry.notes(definition, {FIRST: "Made-up-1", SECOND: None}, KEY_VAULT)

    assert told[:2] == [
        f"{FIRST} is not returned by Azure: supplied by you",
        f"{SECOND} is not returned by Azure: waived, so user account dev is left out",
    ]
    assert len(told) == (3 if scale and "fixedScale" in scale else 2)
