from __future__ import annotations

import copy
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.known import KEY_VAULT, KNOWN
from tests.unit.forms import grammars
from troubleshooter.cli.options import FORMS
from troubleshooter.forms import NAMES, DefinitionChange, before_and_after, forms
from troubleshooter.forms.change import EXTENSIONS
from troubleshooter.lint import lint_text
from troubleshooter.model.target import Target
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.redact import Redactor
from troubleshooter.simulator.scenarios import SCENARIOS
from troubleshooter.simulator.scenarios import pool_body as scenario_pool

if TYPE_CHECKING:
    from troubleshooter.forms import Form

TARGET = Target("00000000-0000-0000-0000-000000000001", "render", "renderbatch", "render-pool")
IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/render"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv-reader"
)


def pool(settings_: Any = None, **properties: Any) -> dict[str, Any]:
    extension = {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
        "autoUpgradeMinorVersion": True,
        "settings": settings_ if settings_ is not None else {"secretsManagementSettings": {}},
    }
    return {
        "id": TARGET.resource_id,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {"clientId": "c"}}},
        "properties": {
            "vmSize": "STANDARD_D2S_V3",
            "allocationState": "Steady",
            "deploymentConfiguration": {"virtualMachineConfiguration": {"extensions": [extension]}},
            **properties,
        },
    }


SETTINGS = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions/0/settings"


def change(definition: dict[str, Any], *patch: dict[str, Any]) -> DefinitionChange:
    """As it comes back from the journal: through JSON and the redactor."""
    written = Redactor((), b"").json(json.loads(json.dumps(deliverable(definition, list(patch), KEY_VAULT))))
    return DefinitionChange.read(TARGET, written)


def texts(of: DefinitionChange) -> dict[str, Form]:
    return {form.name: form for form in forms(of)}


def settled(value: Any) -> Any:
    """Numbers of JSON, whichever way they are written."""
    return json.loads(json.dumps(value), parse_int=float)


def check(of: DefinitionChange) -> None:
    """Every form parses, and says the same as the definition with the change."""
    written, after = texts(of), of.after
    assert tuple(written) == NAMES
    assert after is not None
    assert all(form.text.isascii() and form.text.endswith("\n") for form in written.values())
    assert Redactor((), b"").text(str({k: v.text for k, v in written.items()})) == str(
        {k: v.text for k, v in written.items()}
    )
    assert json.loads(written["patch"].text) == list(of.patch)
    bodies = [written["body"].text, grammars.here_document(written["az"].text)]
    bodies.append(grammars.here_string(written["powershell"].text))
    assert {json.dumps(json.loads(body)) for body in bodies} == {json.dumps(json.loads(written["body"].text))}
    assert subprocess.run(["sh", "-n"], input=written["az"].text, text=True, check=False).returncode == 0
    assert _known(json.loads(written["body"].text), of) == _known(after, of, asked_for=False)
    bicep = _known(grammars.bicep_resource(written["bicep"].text), of)
    _, terraform = grammars.terraform_resource(written["terraform"].text)
    arm = _known(json.loads(written["arm"].text), of)
    for place in of.touched:
        if of.block(place) is None:
            continue
        wanted = _at(_known(after, of, asked_for=False), place)
        assert settled(_at(bicep, place)) == settled(wanted)
        assert settled(_unbracketed(_at(arm, place))) == settled(wanted)
        _check_terraform(terraform, place, wanted)


def _known(document: dict[str, Any], of: DefinitionChange, asked_for: bool = True) -> dict[str, Any]:
    """Without what only its reader knows, which has to be asked for wherever its block is written."""
    known = copy.deepcopy(document)
    for lack in of.lacks:
        holder: Any = known
        for key in lack.place[:-1]:
            holder = holder.get(key) if isinstance(holder, dict) else holder[key]
            if holder is None:
                break
        else:
            asked = holder.pop(lack.place[-1], None)
            assert (
                not asked_for
                or isinstance(asked, grammars.Name)
                or asked.startswith(("<give ", "[parameters("))
            )
    return known


def _check_terraform(read: dict[str, Any], place: tuple[str, ...], wanted: Any) -> None:
    if place == ("identity",):
        (identity,) = read["identity"]
        assert identity["type"] == wanted["type"]
        assert identity["identity_ids"] == list(wanted.get("userAssignedIdentities") or {})
    elif place == EXTENSIONS and "extensions" in read:
        assert [settled(each.get("settings_json")) for each in read["extensions"]] == [
            settled(each.get("settings")) for each in wanted
        ]
        assert [each["name"] for each in read["extensions"]] == [each["name"] for each in wanted]
    elif wanted != []:
        assert settled(_at(read["body"], place)) == settled(wanted)


def _at(document: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


def _unbracketed(value: Any) -> Any:
    """What Resource Manager makes of the texts of a template."""
    if isinstance(value, str):
        if value.startswith("[[") and value.endswith("]"):
            return value[1:]
        assert not (value.startswith("[") and value.endswith("]")), value
        return value
    if isinstance(value, dict):
        return {_unbracketed(key): _unbracketed(each) for key, each in value.items()}
    return [_unbracketed(each) for each in value] if isinstance(value, list) else value


NASTY = [
    "it's",
    'say "so"',
    "${steal}",
    "$${twice}",
    "$$${thrice}",
    "%{if true}",
    "%%{x}",
    "a$",
    "'''",
    "'@\n'@",
    "@'\n",
    "END_OF_BODY",
    "line\nbreak\r\n\ttab",
    "back\\slash\\",
    "\\${x}",
    "[concat('a')]",
    "[[x]",
    "äöü 漢字 \U0001f600",
    "\x00\x1f\x7f\u202e\u2028\ufeff",
    "`rm -rf`",
    "$(id)",
    "# no comment",
    "/* none */",
    "// none",
    "\u2019\u201c",
    "",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_text_that_is_special_somewhere_is_the_same_in_every_form(text: str) -> None:
    value = {"secretsManagementSettings": {"observedCertificates": [text], text or "empty": {"in": text}}}
    check(change(pool(), {"op": "replace", "path": SETTINGS, "value": value}))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_settings_are_the_same_in_every_form(value: dict[str, Any]) -> None:
    check(change(pool(), {"op": "replace", "path": SETTINGS, "value": value}))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_cure_of_every_scenario_parses_and_says_the_same(name: str) -> None:
    definition = scenario_pool(SCENARIOS[name], 2)
    for finding in lint_text(json.dumps(definition), "pool.json", KNOWN).findings:
        if finding.fix is not None and finding.fix.patch:
            patch = json.loads(
                json.dumps([dict(step) for step in finding.fix.patch])
                .replace("${identity.client_id}", "11111111-1111-1111-1111-111111111111")
                .replace("${identity}", IDENTITY)
            )
            check(change(definition, *patch))


def test_a_patch_of_a_creatable_body_is_a_creatable_body_of_the_patched() -> None:
    definition = pool()
    patch = [{"op": "add", "path": f"{SETTINGS}/authenticationSettings", "value": {"msiClientId": "x"}}]
    assert change(definition, *patch).after == pool_body.creatable(pool_body.patched(definition, patch))


def test_an_identity_is_a_block_of_its_own() -> None:
    definition = pool()
    del definition["identity"]
    attach = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    attached = change(definition, {"op": "add", "path": "/identity", "value": attach})
    check(attached)
    kind, terraform = grammars.terraform_resource(texts(attached)["terraform"].text)
    assert kind == "azurerm_batch_pool"
    assert "extensions" not in terraform
    assert terraform["identity"] == [{"type": "UserAssigned", "identity_ids": [IDENTITY]}]


def test_what_azurerm_has_no_block_for_is_written_for_azapi() -> None:
    changed = change(pool(), {"op": "add", "path": "/properties/networkConfiguration", "value": {"a": [1.5]}})
    check(changed)
    kind, _ = grammars.terraform_resource(texts(changed)["terraform"].text)
    assert kind == "azapi_resource"


class TestWhatAzureDoesNotReturn:
    @staticmethod
    def changed() -> DefinitionChange:
        definition = pool(userAccounts=[{"name": "render"}])
        machine = definition["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
        other = {
            "name": "monitor",
            "publisher": "Example",
            "type": "Monitor",
            "protectedSettings": {"k": "S3CRET!"},
        }
        machine["extensions"].append(other)
        return change(definition, {"op": "add", "path": f"{SETTINGS}/authenticationSettings", "value": {}})

    def test_is_named_and_never_told(self) -> None:
        check(self.changed())
        assert not any("S3CRET" in form.text for form in forms(self.changed()))

    def test_is_a_parameter_where_there_are_parameters(self) -> None:
        written = texts(self.changed())
        bicep = grammars.bicep_resource(written["bicep"].text)
        assert _at(bicep, EXTENSIONS)[1]["protectedSettings"] == "extensionsMonitorProtectedsettings"
        assert "@secure()\nparam extensionsMonitorProtectedsettings object\n" in written["bicep"].text
        _, terraform = grammars.terraform_resource(written["terraform"].text)
        assert terraform["extensions"][1]["protected_settings"] == "var.extensions_monitor_protectedsettings"
        arm = _at(json.loads(written["arm"].text), EXTENSIONS)
        assert arm[1]["protectedSettings"] == "[parameters('extensionsMonitorProtectedsettings')]"

    def test_stops_a_script_until_it_is_given(self) -> None:
        written = texts(self.changed())
        body = json.loads(written["body"].text)
        assert body["properties"]["userAccounts"][0]["password"] == "<give userAccounts[0].password>"
        assert "$env:TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD" in written["powershell"].text


def test_the_patch_is_told_as_before_and_after() -> None:
    told = before_and_after(
        change(
            pool(),
            {"op": "replace", "path": f"{SETTINGS}/secretsManagementSettings", "value": {"a": 1}},
            {"op": "move", "from": f"{SETTINGS}/secretsManagementSettings/a", "path": f"{SETTINGS}/b"},
            {"op": "remove", "path": f"{SETTINGS}/b"},
        )
    )
    assert told == (
        f"replace {SETTINGS}/secretsManagementSettings",
        "- {}",
        "+ {",
        '+   "a": 1',
        "+ }",
        f"move {SETTINGS}/b from {SETTINGS}/secretsManagementSettings/a",
        "+ 1",
        f"remove {SETTINGS}/b",
        "- 1",
    )


def test_a_patch_that_does_not_fit_is_still_shown() -> None:
    lost = DefinitionChange(TARGET, ({"op": "remove", "path": "/not/there"},), {"properties": {}})
    assert [form.name for form in forms(lost)] == ["patch"]
    assert before_and_after(lost) == ("remove /not/there",)


def test_the_command_line_knows_every_form() -> None:
    assert FORMS == NAMES
