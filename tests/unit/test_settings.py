from __future__ import annotations

from pathlib import Path

import pytest

from troubleshooter.errors import UsageProblem
from troubleshooter.settings import CloudSettings, home


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "localhost:8443",
        "https://",
        "https://u:p@host",
        "https://h:99999",
        "https://h/?a=b",
        "",
    ],
)
def test_an_endpoint_must_be_https(url: str) -> None:
    with pytest.raises(UsageProblem, match="--arm-endpoint"):
        CloudSettings("s", url)
    with pytest.raises(UsageProblem, match="--authority"):
        CloudSettings("s", authority=url)


def test_a_ca_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no such file"):
        CloudSettings("s", ca_file=tmp_path / "missing.pem")
    with pytest.raises(UsageProblem, match="not a file"):
        CloudSettings("s", ca_file=tmp_path)


def test_home_is_where_the_operator_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_HOME", "~/runs")
    assert home() == Path("~/runs").expanduser()
    monkeypatch.delenv("TROUBLESHOOTER_HOME")
    assert home().name == "batch-kv-troubleshooter"
