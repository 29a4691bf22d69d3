from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.test_analyze import OWN
from troubleshooter.cli.explain import _blocks, _looked_up, _written
from troubleshooter.glossary.glossary import glossary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def test_an_id_is_explained_whole(invoke: Callable[..., Ended]) -> None:
    ended = invoke("explain", "kv-403-rbac")
    assert (ended.code, ended.err) == (0, "")
    for told in (
        "The pool's identity may not read secrets in the vault",
        "The pool's identity has a role that lets it read secrets in the vault",
        "DecisionReason: 'DeniedWithNoValidRBAC'",
        "The extension keeps trying to download a certificate",
        "az role assignment list --assignee <principal id of the pool's identity>",
        "https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
        "role-too-weak",
    ):
        assert " ".join(told.split()) in " ".join(ended.out.split())


def test_json_is_one_document_with_all_of_it(invoke: Callable[..., Ended]) -> None:
    document = invoke("explain", "kv-config-not-a-string", "--output", "json").document
    rule, check = document["entries"]
    assert (rule["kind"], check["kind"]) == ("rule", "check")
    assert (rule["severity"], check["severity"], check["fixable"]) == (["error"], ["error"], True)
    assert rule["how_it_looks"][0] == "Failed to parse the configuration settings with: 'not a string'"
    assert document["asked"] == ["kv-config-not-a-string"]


def test_several_ids_are_each_explained(invoke: Callable[..., Ended]) -> None:
    document = invoke("explain", "kv-403-rbac", "net-dns", "--output", "json").document
    assert [entry["id"] for entry in document["entries"]] == ["kv-403-rbac", "net-dns"]


def test_a_word_lists_what_mentions_it(invoke: Callable[..., Ended]) -> None:
    ended = invoke("explain", "firewall")
    document = invoke("explain", "firewall", "--output", "json").document
    assert ended.code == 0
    assert ended.out.splitlines()[0].endswith("that mention firewall")
    assert [one["id"] for one in document["mentioned_by"]][:2] == ["kv-403-firewall", "ForbiddenByFirewall"]
    assert document["entries"] == []
    assert all(one["id"] in ended.out for one in document["mentioned_by"])


def test_a_word_that_one_thing_mentions_explains_that(invoke: Callable[..., Ended]) -> None:
    document = invoke("explain", "fluentd", "--output", "json").document
    assert [entry["id"] for entry in document["entries"]] == ["kv-logging-endpoint"]
    assert document["mentioned_by"] == []


def test_without_a_word_all_is_listed(invoke: Callable[..., Ended]) -> None:
    listed = {one["kind"] for one in invoke("explain", "--output", "json").document["mentioned_by"]}
    assert listed == {"rule", "check", "step", "gate", "extension", "code", "exit code"}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("kv-403-rbak", "kv-403-rbac"), ("fierwall", "firewall"), ("wait-for-idel", "wait-for-idle")],
)
def test_a_mistyped_id_is_told_what_was_probably_meant(
    invoke: Callable[..., Ended], asked: str, meant: str
) -> None:
    ended = invoke("explain", asked, "--output", "json")
    assert ended.code == 5
    assert asked in ended.document["error"]["what"]
    assert f"Did you mean {meant}" in ended.document["error"]["do"]


def test_what_nothing_is_near_to_is_told_where_all_stands(invoke: Callable[..., Ended]) -> None:
    ended = invoke("explain", "xyzzy", "firewall")
    assert ended.code == 5
    assert "'xyzzy'" in ended.err
    assert "'firewall'" not in ended.err.splitlines()[1]
    assert "troubleshooter explain" in ended.err


def test_rules_and_extensions_of_ones_own_are_explained(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    rules = tmp_path / "own.yaml"
    rules.write_text(OWN)
    assert invoke("explain", "moon-cheese").code == 5
    ended = invoke("explain", "moon-cheese", "--rules", str(rules))
    assert ended.code == 0
    assert "The moon is made of stone" in ended.out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("page.html", "<!doctype html>"),
        ("page.md", "# kv-403-firewall"),
        ("page.txt", "kv-403-firewall\n====="),
    ],
)
def test_a_page_has_the_form_of_its_files_ending(
    tmp_path: Path, invoke: Callable[..., Ended], name: str, begins: str
) -> None:
    ended = invoke("explain", "kv-403-firewall", "-o", str(tmp_path / name))
    written = (tmp_path / name).read_text(encoding="utf-8")
    assert ended.code == 0
    assert name in ended.out
    assert written.startswith(begins)
    assert "ForbiddenByFirewall" in written


def test_json_is_a_form_as_well(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    """As of a report: one variable may name the form of both."""
    said = json.loads(invoke("explain", "net-dns", "--format", "json").out)
    invoke("explain", "net-dns", "-o", str(tmp_path / "page.json"))
    assert said == invoke("explain", "net-dns", "--output", "json").document
    assert json.loads((tmp_path / "page.json").read_text()) == said


def test_each_part_of_a_page_has_an_anchor_of_its_own(invoke: Callable[..., Ended]) -> None:
    """clean-up is a step of two playbooks, and a gate."""
    anchors = re.findall('<h2 id="([^"]*)"', invoke("explain", "clean-up", "--format", "html").out)
    assert len(anchors) > 3
    assert len(set(anchors)) == len(anchors)


def test_a_form_that_is_asked_for_is_part_of_the_document(invoke: Callable[..., Ended]) -> None:
    ended = invoke("explain", "kv-403-firewall", "--format", "html", "--output", "json")
    assert json.loads(ended.out)["text"].startswith("<!doctype html>")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_id_has_a_page_in_every_form(form: str) -> None:
    known = glossary()
    for entry in known.entries:
        entries, others = _looked_up(known, (entry.id,))
        assert entry in entries
        text = _written(_blocks((entry.id,), entries, others), (entry.id,), form, 80)
        assert " ".join(entry.title.split()[:3]) in " ".join(html.unescape(text).split())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, invoke: Callable[..., Ended]) -> None:
    ended = invoke("explain", "plan", "-o", str(tmp_path / "no" / "page.html"))
    assert ended.code == 2
    assert "cannot be written" in ended.err
