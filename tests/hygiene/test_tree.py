"""The tree is what the map says, in pieces that can be read at a glance."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests import reasons
from tests.flows.test_kill import STEPS as KILLED

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "troubleshooter"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
LINES = 400
FUNCTION_LINES = 40
DOCUMENTS = {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}
TOP = DOCUMENTS | {"pyproject.toml", "playbooks", "troubleshooter", "tests"}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|misc|base|managers?|stuff)(_|$)")

MAY_THREAD = {"apart.py", "simulator", "collect", "tui/threads/bridge.py", "cli/signals.py"}
MAY_AWAIT = {"simulator", "tui"}
MAY_SLEEP = {"simulator/node"}
MAY_CATCH_ALL = {"apart.py", "fence.py", "tui/threads/bridge.py", "tui/threads/background.py", "cli/entry.py"}
"""Places below troubleshooter/ that may do what the others may not."""


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(reasons.CHECKOUT)
    return listed.stdout.split()


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def allowed(path: Path, places: set[str]) -> bool:
    return any(name(path) == place or name(path).startswith(f"{place}/") for place in places)


def used(path: Path) -> set[str]:
    """Dotted names that a module calls or imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                found.add(f"{owner}.{attribute}")
            case ast.Call(func=ast.Name(id=called)):
                found.add(called)
            case ast.Import(names=names):
                found |= {f"import {each.name}" for each in names}
            case ast.ImportFrom(module=module, names=names):
                found |= {f"import {module}", *(f"{module}.{each.name}" for each in names)}
    return found


def test_only_agreed_entries_lie_at_the_top() -> None:
    top = {path.split("/")[0] for path in tracked()}

    assert {entry for entry in top if not entry.startswith(".")} <= TOP


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_can_be_read_at_a_glance(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


def test_names_say_what_things_are() -> None:
    vague = [
        path for path in tracked() if VAGUE.search(Path(path).stem) or VAGUE.search(Path(path).parent.name)
    ]

    assert vague == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name)
def test_a_package_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_threads_loops_sleeps_and_prints_stay_where_they_belong(path: Path) -> None:
    names = used(path)

    assert "print" not in names
    if not allowed(path, MAY_THREAD):
        assert not names & {"threading.Thread", "import concurrent.futures", "import multiprocessing"}
    if not allowed(path, MAY_AWAIT):
        assert "import asyncio" not in names
    if not allowed(path, MAY_SLEEP):
        assert "time.sleep" not in names


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nobody_catches_everything_or_opens_a_door(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broad = [handler for handler in handlers(path) if catches_all(handler)]
    kept = [handler for handler in broad if not raises_again(handler)]

    assert not kept or name(path) in MAY_CATCH_ALL
    assert not re.search(r"AutoAddPolicy|yaml\.load\(|verify=False|shell=True|\beval\(", text)
    assert not re.search(r'\bexec\((?!""\))', text)  # of nothing it is how an interrupt is forgotten


def handlers(path: Path) -> list[ast.ExceptHandler]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Bare, or naming Exception or BaseException, alone or among others."""
    named = handler.type
    each = named.elts if isinstance(named, ast.Tuple) else [named]
    return any(one is None or ast.unparse(one) in {"Exception", "BaseException"} for one in each)


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether all that it does is to tidy up behind what goes on its way."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize(
    ("body", "caught"),
    [
        ("except:\n  pass", True),
        ("except Exception:\n  pass", True),
        ("except BaseException as error:\n  print(error)", True),
        ("except (OSError, Exception):\n  pass", True),
        ("except BaseException:\n  tidy()\n  raise", False),
        ("except (OSError, ValueError):\n  pass", False),
    ],
)
def test_every_form_of_catching_everything_is_seen(tmp_path: Path, body: str, caught: bool) -> None:
    path = tmp_path / "module.py"
    path.write_text(f"try:\n  go()\n{body}\n")
    assert any(catches_all(one) and not raises_again(one) for one in handlers(path)) is caught


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_nobody_swallows_everything(path: Path) -> None:
    assert not {"suppress(Exception)", "suppress(BaseException)"} & swallowed(path)


def swallowed(path: Path) -> set[str]:
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == "suppress"]
    return {f"suppress({ast.unparse(argument)})" for call in named for argument in call.args}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_can_be_read_at_a_glance(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {each.name: size(each) for each in functions if size(each) > FUNCTION_LINES}

    assert not long


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from its name to its end: decorators are what a command takes, not what it does."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


NOT_KILLED = ("verify-all", "apply-all")
"""Left out by a run of one node beside the original; tests.flows.crash.kills ends runs in place anywhere."""


def test_the_readme_and_the_kills_know_every_step() -> None:
    playbook = re.findall(
        r"^  - id: (\S+)$", (ROOT / "playbooks/kv-extension.yaml").read_text(), re.MULTILINE
    )
    table = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("| step | what happens |")[1].split("\n\n")[0]
    )
    assert re.findall(r"^\| ([a-z][a-z-]+) \|", table, re.MULTILINE) == playbook
    assert [step for step in playbook if step not in KILLED] == list(NOT_KILLED)


def test_the_product_does_not_know_that_azure_may_be_simulated() -> None:
    product = [
        p for p in MODULES if not allowed(p, {"simulator", "cli/demo.py", "cli/simulate.py", "cli/worlds.py"})
    ]
    knowing = [name(path) for path in product if any("simulator" in each for each in used(path))]

    assert knowing == []


def test_the_map_names_every_package_and_nothing_else() -> None:
    block = MAP.split("```")[1]
    named = {line.split()[0] for line in block.splitlines() if line}
    here = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    here |= {path.name for path in PACKAGE.glob("*.py")}

    assert named == here


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./-]+/[\w.-]*)`", MAP))))
def test_every_path_of_the_map_is_there(path: str) -> None:
    assert any((root / path).exists() for root in (PACKAGE, ROOT))
