from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.lint.pools import extension, good, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def with_secrets(**values: Any) -> bytes:
    pool = good()
    settings(pool)["secretsManagementSettings"].update(values)
    return json.dumps(pool).encode()


def info_only() -> bytes:
    pool = good()
    del extension(pool)["typeHandlerVersion"]
    return json.dumps(pool).encode()


PINNED = [{"url": "https://v.vault.azure.net/secrets/a/" + "0" * 32}]


@pytest.mark.parametrize(
    ("stdin", "code"),
    [
        (with_secrets(), 0),
        (info_only(), 0),
        (with_secrets(observedCertificates=PINNED), 4),
        (with_secrets(observedCertificates=PINNED, pollingIntervalInS=1), 3),
        (b'{"a": [1 2]}', 2),
        (b"{}", 8),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_the_worst_finding_decides(invoke: Callable[..., Ended], stdin: bytes, code: int, form: str) -> None:
    ended = invoke("lint", "-", "--output", form, stdin=stdin)
    assert ended.code == code
    if form != "text":
        assert isinstance(ended.document, dict)


def test_one_file_with_an_extension_is_enough(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    pool, other = tmp_path / "pool.json", tmp_path / "package.json"
    pool.write_bytes(with_secrets())
    other.write_text("{}")
    assert invoke("lint", str(pool), str(other)).code == 0


def test_the_place_of_a_finding_is_the_first_thing_told(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    file = tmp_path / "pool.json"
    file.write_text(json.dumps(json.loads(with_secrets(pollingIntervalInS=60)), indent=2))
    line = next(
        number for number, text in enumerate(file.read_text().splitlines(), 1) if "pollingIntervalInS" in text
    )
    out = invoke("lint", str(file)).out.splitlines()
    assert f"{file}:{line}  " in out[0]
    assert out[0].endswith("[kv-config-not-a-string]")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_definition_is_read_in_whatever_windows_saved_it(
    invoke: Callable[..., Ended], encoding: str
) -> None:
    wrong = with_secrets(pollingIntervalInS=1).decode().encode(encoding)
    assert invoke("lint", "-", "--output", "json", stdin=wrong).code == 3


def test_settings_that_are_not_shown_are_asked_for_and_stop_no_diagnosis(
    invoke: Callable[..., Ended],
) -> None:
    one = {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "state": "Failed",
    }
    shown = json.dumps([one]).encode()
    assert invoke("lint", "-", "--output", "json", stdin=shown).code == 8
    assert invoke("analyze", "-", "--output", "json", stdin=shown).code == 3
