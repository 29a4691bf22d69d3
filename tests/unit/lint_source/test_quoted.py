"""What is put in within the quotes of a JSON text is text, whatever it holds."""

from __future__ import annotations

import pytest

from tests.known import KNOWN
from troubleshooter.lint import lint_text

TERRAFORM = """resource "azurerm_virtual_machine_scale_set_extension" "kv" {{
  name                 = "kv"
  publisher            = "Microsoft.Azure.KeyVault"
  type                 = "KeyVaultForLinux"
  type_handler_version = "3.0"
  settings = <<SETTINGS
{{
  "secretsManagementSettings": {{
    "pollingIntervalInS": "${{var.poll}}",
    "requireInitialSync": {sync},
    "observedCertificates": {certificates}
  }}
}}
SETTINGS
}}
"""


def found(certificates: str, sync: str = "true") -> list[tuple[str, int]]:
    text = TERRAFORM.format(certificates=certificates, sync=sync)
    return [(one.id, one.line) for one in lint_text(text, "x.tf", KNOWN).findings if one.severity == "error"]


def test_in_quotes_it_is_no_list() -> None:
    assert found('"${azurerm_key_vault_certificate.c.id}"') == [("kv-config-other-json-type", 11)]


def test_nor_true_or_false() -> None:
    assert found("${jsonencode(var.all)}", '"${var.sync}"') == [("kv-config-other-json-type", 10)]


@pytest.mark.parametrize(
    "certificates", ["${jsonencode(var.all)}", '["${var.one}"]', "<certificates>", '"..."']
)
def test_without_them_or_within_a_list_or_left_out_it_is_not_known(certificates: str) -> None:
    assert found(certificates, "${var.sync}") == []


def test_it_is_told_as_text() -> None:
    told = lint_text(TERRAFORM.format(certificates='"${var.one}"', sync="true"), "x.tf", KNOWN)
    assert "observedCertificates is text; it must be a list" in [one.message for one in told.findings]


def test_in_a_language_that_puts_nothing_in_it_may_become_anything() -> None:
    said = '{"secretsManagementSettings": {"observedCertificates": "${certificates}"}}'
    assert [one.severity for one in lint_text(f"SETTINGS = '''{said}'''\n", "x.py", KNOWN).findings] == []
