"""What is known and meant to stay decides nothing, and is never silent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli_lint.test_sarif import checked
from tests.unit.lint.pools import good, settings
from troubleshooter.lint.ignore_file import covers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended

ID = "kv-config-not-a-string"
FILE = ".troubleshooter.yaml"


def broken() -> str:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    return json.dumps(pool, indent=1)


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Its only mistake is an interval that is no text."""
    file = tmp_path / "infra" / "pools" / "render.json"
    file.parent.mkdir(parents=True)
    file.write_text(broken())
    return file


def ignoring(folder: Path, path: str, *ids: str, why: str = "the next release cures it") -> Path:
    file = folder / FILE
    file.write_text(json.dumps({"ignore": [{"path": path, "ids": ids, "why": why}]}))
    return file


def test_nothing_is_ignored_unasked(invoke: Callable[..., Ended], pool: Path) -> None:
    ended = invoke("lint", str(pool), "--output", "json")
    assert (ended.code, ended.document["ignored"]) == (3, [])


class TestOption:
    def test_it_is_counted_and_told(self, invoke: Callable[..., Ended], pool: Path) -> None:
        ended = invoke("lint", str(pool), "--ignore", ID)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.splitlines()[-2:] == [
            "1 file, 1 Key Vault extension, 0 findings",
            f"1 ignored by --ignore: {ID}",
        ]

    def test_json_has_it_apart(self, invoke: Callable[..., Ended], pool: Path) -> None:
        document = invoke("lint", str(pool), "--ignore", ID, "--output", "json").document
        (ignored,) = document["ignored"]
        assert document["findings"] == []
        assert (ignored["id"], ignored["ignored_by"], ignored["ignored_because"]) == (ID, "--ignore", "")
        assert ignored["path"].endswith("/pollingIntervalInS")

    def test_others_stay(self, invoke: Callable[..., Ended], pool: Path) -> None:
        ended = invoke("lint", str(pool), "--ignore", "kv-url-pinned", "--output", "json")
        assert (ended.code, [one["id"] for one in ended.document["findings"]]) == (3, [ID])
        assert ended.err == "▲ --ignore: nothing was found of kv-url-pinned, so it need not be ignored\n"

    def test_it_may_be_given_several_times(self, invoke: Callable[..., Ended], pool: Path) -> None:
        ended = invoke("lint", str(pool), "--ignore", "kv-url-pinned", "--ignore", ID)
        assert ended.code == 0

    def test_an_id_that_there_is_not_is_told_with_what_was_meant(
        self, invoke: Callable[..., Ended], pool: Path
    ) -> None:
        ended = invoke("lint", str(pool), "--ignore", "kv-config-not-a-strin")
        assert ended.code == 3
        assert ended.err == (
            "▲ --ignore: there is no check kv-config-not-a-strin, so nothing was ignored."
            f" Did you mean {ID}?\n"
        )

    def test_a_log_rules_id_is_none_of_lint(self, invoke: Callable[..., Ended], pool: Path) -> None:
        assert "there is no check net-dns" in invoke("lint", str(pool), "--ignore", "net-dns").err

    def test_standard_input_takes_it_too(self, invoke: Callable[..., Ended]) -> None:
        assert invoke("lint", "-", "--ignore", ID, stdin=broken().encode()).code == 0

    def test_sarif_has_it_suppressed(self, invoke: Callable[..., Ended], pool: Path) -> None:
        (result,) = checked(invoke("lint", str(pool), "--ignore", ID, "--output", "sarif"))["results"]
        assert (result["ruleId"], result["suppressions"]) == (ID, [{"kind": "external"}])

    def test_what_is_ignored_is_not_repaired(self, invoke: Callable[..., Ended], pool: Path) -> None:
        invoke("lint", "--fix", str(pool), "--ignore", ID)
        assert not pool.with_name("render.json.fixed.json").exists()
        invoke("lint", "--fix", str(pool))
        assert pool.with_name("render.json.fixed.json").exists()


class TestFile:
    @pytest.mark.parametrize("path", ["infra/pools/render.json", "infra", "**/*.json", "infra/*/render.json"])
    def test_it_is_found_upwards(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path, path: str
    ) -> None:
        file = ignoring(tmp_path, path, ID)
        ended = invoke("lint", str(pool), "--output", "json")
        (ignored,) = ended.document["ignored"]
        assert (ended.code, ended.err, ended.document["findings"]) == (0, "", [])
        assert (ignored["ignored_by"], ignored["ignored_because"]) == (
            str(file),
            "the next release cures it",
        )
        assert ended.document.keys() == {"version", "files", "findings", "checked", "ignored"}
        text = invoke("lint", str(pool)).out
        assert f"1 ignored by {file}: {ID} (the next release cures it)" in text

    def test_its_entries_may_stand_without_their_key(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path
    ) -> None:
        (tmp_path / FILE).write_text(f"# known\n- path: infra\n  ids: [{ID}]\n  why: it is meant so\n")
        assert invoke("lint", str(pool)).code == 0

    def test_from_where_it_is_called_makes_no_difference(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ignoring(tmp_path, "infra/pools/render.json", ID)
        monkeypatch.chdir(pool.parent)
        assert invoke("lint", "render.json").code == 0
        assert invoke("lint", "../pools/render.json").code == 0
        assert invoke("lint", "..").code == 0

    def test_the_nearest_counts_alone(self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path) -> None:
        ignoring(tmp_path, "infra", ID)
        ignoring(pool.parent, "other.json", ID)
        assert invoke("lint", str(pool)).code == 3

    def test_a_file_that_it_does_not_name_is_judged(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path
    ) -> None:
        ignoring(tmp_path, "infra/pools/other.json", ID)
        ended = invoke("lint", str(pool))
        assert (ended.code, ended.err) == (3, "")

    def test_what_matched_nothing_is_told(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path
    ) -> None:
        file = ignoring(tmp_path, "infra", "kv-url-pinned", "kv-url-pined", ID)
        ended = invoke("lint", str(pool))
        assert ended.code == 0
        assert ended.err.splitlines() == [
            f"▲ {file}: nothing was found of kv-url-pinned, so it need not be ignored",
            f"▲ {file}: there is no check kv-url-pined, so nothing was ignored. Did you mean kv-url-pinned?",
        ]

    def test_what_matched_in_one_of_several_files_was_of_use(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path
    ) -> None:
        ignoring(tmp_path, "infra", ID)
        (pool.parent / "fine.json").write_text(json.dumps(good()))
        assert invoke("lint", str(tmp_path)).err == ""

    def test_sarif_says_why(self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path) -> None:
        ignoring(tmp_path, "infra", ID)
        (result,) = checked(invoke("lint", str(pool), "--output", "sarif"))["results"]
        assert result["suppressions"] == [{"kind": "external", "justification": "the next release cures it"}]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("ignore: [{path: infra, ids: [x]}]", "why"),
            ("ignore: [{path: infra, ids: [x], why: ' '}]", "does not say why"),
            ("ignore: [{path: infra, ids: [], why: y}]", "ignores nothing"),
            ("ignore: [{path: ../infra, ids: [x], why: y}]", "without .."),
            ("ignore: [{path: /infra, ids: [x], why: y}]", "without .."),
            ("ignore: [{path: '', ids: [x], why: y}]", "without .."),
            ("ignores: []", "ignore"),
            ("ignore: [", "YAML"),
            ("", "empty"),
        ],
    )
    def test_one_that_cannot_be_used_is_told_and_ends_it(
        self, invoke: Callable[..., Ended], pool: Path, tmp_path: Path, text: str, says: str
    ) -> None:
        (tmp_path / FILE).write_text(text)
        for what in (pool, tmp_path):
            ended = invoke("lint", str(what), "--output", "json")
            error = ended.document["error"]
            assert ended.code == 2
            assert FILE in error["what"]
            assert says in " ".join(error.values())

    def test_settings_ignore_nothing_themselves(self, invoke: Callable[..., Ended], tmp_path: Path) -> None:
        pool: dict[str, Any] = json.loads(broken())
        settings(pool)["ignore"] = [{"path": "**", "ids": [ID], "why": "x"}]
        file = tmp_path / "pool.json"
        file.write_text(json.dumps(pool))
        assert invoke("lint", str(file)).code == 3


@pytest.mark.parametrize(
    ("wanted", "file", "fits"),
    [
        ("a.json", "a.json", True),
        ("a.json", "b/a.json", False),
        ("./a.json", "a.json", True),
        ("b/", "b/c/a.json", True),
        ("b", "bc/a.json", False),
        ("*.json", "b/a.json", False),
        ("*", "b/a.json", True),
        ("**/a.json", "a.json", True),
        ("**/a.json", "b/c/a.json", True),
        ("b/**/a.json", "b/a.json", True),
        ("b/**/a.json", "c/a.json", False),
        ("**", "b/c/a.json", True),
        ("[ab].json", "b.json", True),
        ("B.json", "b.json", False),
        ("**/" * 100 + "x", "a/" * 2000 + "y", False),
    ],
)
def test_a_path_covers_files_and_what_is_in_folders(wanted: str, file: str, *, fits: bool) -> None:
    assert covers(wanted, file) is fits


def test_every_finding_says_how_to_learn_more(invoke: Callable[..., Ended], pool: Path) -> None:
    assert f"    more troubleshooter explain {ID}\n" in invoke("lint", str(pool)).out
