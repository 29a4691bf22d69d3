"""The shipped checks as they are read where nobody waits for YAML."""

from __future__ import annotations

from tests.playbooks.digest import written_checks
from troubleshooter.lint.catalogue import checks


def test_what_is_read_without_yaml_is_what_the_files_say() -> None:
    assert checks() == written_checks()
