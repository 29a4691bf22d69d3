"""A stranger's text reaches the operator as text: on standard output and error, in reports, in JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.attacks.foreign import AT_ONCE, MARK, TEXT, Stage, drawing, refusal
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from subprocess import CompletedProcess

pytestmark = pytest.mark.slow  # each of the two fixtures takes a run


@pytest.fixture(scope="module")
def passed_on(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, CompletedProcess[bytes]]:
    """One run over nodes whose extension's status is the stranger's, and every command that tells of it."""
    home = tmp_path_factory.mktemp("inject") / "data"
    with served(home, "vault-rbac-denied") as world:
        stage = Stage(world, home)
        stage.report_from_nodes(TEXT)
        told = {"run": stage.run("--answer", "outside-fix=done", "--limit", "5s")}
        run = stage.latest
        for command in (
            ("runs", "list"),
            ("runs", "show", run),
            ("runs", "export", run, "--preview"),
            ("report", run),
            ("report", run, "--format", "html"),
            ("report", run, "--format", "json"),
            ("runs", "show", run, "--output", "json"),
        ):
            told[" ".join(word for word in command if word != run)] = stage.call(*command)
    return told


TOLD = (
    "runs list",
    "runs export --preview",
    "report",
    "report --format html",
    "report --format json",
    "runs show --output json",
)


def test_the_strangers_text_is_passed_on_at_all(passed_on: Mapping[str, CompletedProcess[bytes]]) -> None:
    assert MARK.encode() in passed_on["runs show"].stdout
    assert MARK.encode() in passed_on["report"].stdout


@pytest.mark.parametrize("command", ["run", "runs show"])
def test_a_status_is_escaped_on_standard_output(
    passed_on: Mapping[str, CompletedProcess[bytes]], command: str
) -> None:
    assert drawing(passed_on[command].stdout) == []


def test_a_status_is_escaped_on_standard_error_and_in_reports(
    passed_on: Mapping[str, CompletedProcess[bytes]],
) -> None:
    assert {name: drawing(did.stderr) for name, did in passed_on.items() if drawing(did.stderr)} == {}
    assert {name: drawing(passed_on[name].stdout) for name in TOLD if drawing(passed_on[name].stdout)} == {}


def test_a_report_in_html_runs_and_loads_nothing(passed_on: Mapping[str, CompletedProcess[bytes]]) -> None:
    html = passed_on["report --format html"].stdout.decode()
    assert "<html" in html
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"""(href|src)\s*=\s*["']?[^"'>]*(javascript|evil)""", html)


def test_a_report_in_markdown_links_shows_and_mentions_nothing(
    passed_on: Mapping[str, CompletedProcess[bytes]],
) -> None:
    """Remark: a bare `www.` stays, of which some sites make a link by themselves."""
    prose, fence = [], None
    for line in passed_on["report"].stdout.decode().splitlines():
        mark = re.match(r"(`{3,}|~{3,})", line)
        if fence is None and mark:
            fence = mark[1]
        elif fence is not None:
            fence = None if re.fullmatch(re.escape(fence) + r"[`~]*\s*", line) else fence
        else:
            prose.append(line)
    text = re.sub(r"(`+).*?\1", "", "\n".join(prose))
    assert fence is None
    for live in (r"\]\(javascript", r"!\[i\]\(", r"(?<!\\)@octocat", r"(?<!\\)<script"):
        assert not re.search(live, text), live


@pytest.mark.parametrize("command", ["report --format json", "runs show --output json"])
def test_json_escapes_whatever_it_holds(
    passed_on: Mapping[str, CompletedProcess[bytes]], command: str
) -> None:
    printed = passed_on[command].stdout
    assert MARK in json.dumps(json.loads(printed))
    assert printed.isascii()


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, CompletedProcess[bytes]]]:
    """Azure refuses to delete the run's pool, in the stranger's words; then clean-up is asked for."""
    home = tmp_path_factory.mktemp("refused") / "data"
    with served(home, "vault-rbac-denied") as world:
        stage = Stage(world, home)
        stage.plant("DELETE /pools/[^/]+$", status=409, body=refusal(TEXT), headers=AT_ONCE)
        told = {"run": stage.run()}
        run, (pool, *more) = stage.latest, stage.others()
        told["runs cleanup"] = stage.call("runs", "cleanup", run, "--yes")
        account = world.connection["pool_id"].rpartition("/pools/")[0]
        names = [word for name in (pool, *more) for word in ("--confirm", name)]
        told["runs cleanup --in"] = stage.call("runs", "cleanup", run, "--in", account, *names)
        yield told


def test_a_refusal_of_azure_is_escaped_on_standard_error(
    refused: Mapping[str, CompletedProcess[bytes]],
) -> None:
    assert {name: drawing(did.stderr) for name, did in refused.items() if drawing(did.stderr)} == {}


@pytest.mark.parametrize("command", ["runs cleanup", "runs cleanup --in"])
def test_a_refusal_of_azure_is_escaped_in_a_receipt(
    refused: Mapping[str, CompletedProcess[bytes]], command: str
) -> None:
    did = refused[command]
    if MARK.encode() not in did.stdout + did.stderr:
        raise LookupError(did)  # nothing is proven by a receipt without it
    assert drawing(did.stdout) == []
