"""A stranger's text by every door of the command line: what was typed, variables, files, crashes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pytest

from tests.attacks.child import ended
from tests.attacks.foreign import MARK, Stage, misleading
from tests.flows.outside import served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

RAW = os.fsdecode(b"\x9b31m\xff")
"""Bytes that are no UTF-8, as a command line or a folder hands them on."""
EVIL = f"x\x1b]0;{MARK}\x07\x1b[2J\u202egnp\u200b\u3164\u0085\x7f\r\n✔ {MARK} all is well{RAW}"
FORGED = re.compile(rf"(?m)^.*\n {{,3}}✔ {MARK}.*")
POOL = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/{}/providers/Microsoft.Batch"
    "/batchAccounts/acct/pools/{}"
)


def check(did: Ended, *, shown: bool = True) -> None:
    """Nothing of it is obeyed, hides, or passes for a line of the program's own."""
    assert misleading(did.shown) == []
    assert not FORGED.search(did.text)
    assert did.code not in {1, -9}
    assert (MARK in did.text) or not shown


TYPED = {
    "a command": (EVIL,),
    "an option": (f"--{EVIL}",),
    "a form": ("runs", "list", "--output", EVIL),
    "a duration": ("run", "a/b", "--limit", EVIL),
    "a number": ("demo", "--nodes", EVIL),
    "an answer without a sign": ("run", "a/b", "--answer", EVIL),
    "an answer to no gate": ("run", POOL.format("g", "p"), "--answer", f"{EVIL}=x"),
    "a pool": ("run", EVIL),
    "a place": ("run", POOL.format("g", "p"), "--arm-endpoint", f"https://{EVIL}"),
    "a file of authorities": ("run", POOL.format("g", "p"), "--ca-file", EVIL),
    "a range": ("run", POOL.format("g", "p"), "--allow-from", EVIL),
    "a step": ("run", POOL.format("g", "p"), "--until", EVIL),
    "a playbook of a run": ("run", POOL.format("g", "p"), "--playbook", EVIL),
    "a run": ("runs", "show", EVIL),
    "a run to go on": ("runs", "resume", EVIL),
    "a run to clean up": ("runs", "cleanup", EVIL, "--in", EVIL),
    "a run to report": ("report", EVIL),
    "a run to open": ("open", EVIL),
    "a world": ("demo", EVIL, "--headless"),
    "a word of worlds": ("demo", "--list", EVIL),
    "a world to serve": ("simulate", "--scenario", EVIL),
    "a playbook": ("playbooks", "show", EVIL),
    "a data file": ("playbooks", "validate", EVIL),
    "a rule": ("playbooks", "test", EVIL, "/dev/null"),
    "a file to lint": ("lint", EVIL),
    "a file to analyze": ("analyze", EVIL),
    "own rules": ("analyze", "/dev/null", "--rules", EVIL),
    "own extensions": ("lint", "/dev/null", "--extensions", EVIL),
}


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("door", TYPED)
def test_what_was_typed_is_told_as_text(tmp_path: Path, door: str) -> None:
    check(ended(*TYPED[door], folder=tmp_path, environ=alone(tmp_path)))


def alone(folder: Path) -> dict[str, str]:
    """Nothing of this machine's, and an Azure that does not answer."""
    return {
        "TROUBLESHOOTER_HOME": str(folder / "data"),
        "TROUBLESHOOTER_ARM_ENDPOINT": "https://127.0.0.1:1",
        "AZURE_AUTHORITY_HOST": "https://127.0.0.1:1",
        "AZURE_CLIENT_SECRET": "made up",
        "AZURE_CLIENT_ID": "b",
        "AZURE_TENANT_ID": "a",
    }


VARIABLES = {
    name: (name,)
    for name in (
        *("TROUBLESHOOTER_OUTPUT", "TROUBLESHOOTER_VERBOSE", "TROUBLESHOOTER_QUIET", "TROUBLESHOOTER_NOTIFY"),
        *("TROUBLESHOOTER_ARM_ENDPOINT", "TROUBLESHOOTER_AUTHORITY", "TROUBLESHOOTER_CA_FILE"),
        *("AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST", "HTTPS_PROXY"),
    )
} | {
    "several": (
        *("TROUBLESHOOTER_HOME", "TROUBLESHOOTER_SUBSCRIPTION", "AZURE_CLIENT_ID", "AZURE_CONFIG_DIR"),
        *("AZURE_AUTHORITY_HOST", "TERM", "LC_ALL", "TMUX"),
    )
}
"""The last ones at once: alone each leads to a sign-in, which is tried for long."""


@pytest.mark.slow
@pytest.mark.parametrize("names", VARIABLES.values(), ids=VARIABLES)
def test_a_variable_is_told_as_text(tmp_path: Path, names: tuple[str, ...]) -> None:
    evil = dict.fromkeys(names, EVIL.replace("/", ""))
    check(ended("doctor", "-v", folder=tmp_path, environ=alone(tmp_path) | evil), shown=False)


NAME = os.fsencode(EVIL.replace("/", ""))[:200]


def odd_folder(tmp_path: Path, data: bytes) -> Path:
    """A folder with an odd name, and such a file in it."""
    folder = tmp_path / os.fsdecode(NAME)
    folder.mkdir()
    (folder / os.fsdecode(NAME[:-1] + b"z.json")).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    "data", [b"{", b"{}", b"\xff\xfe\x00\xd8", bytes(60)], ids=["cut", "empty", "half", "zeros"]
)
@pytest.mark.parametrize(
    "command", [("lint",), ("lint", "-v", "--fix"), ("analyze", "--timeline")], ids=" ".join
)
def test_names_on_the_disk_are_told_as_text(tmp_path: Path, command: tuple[str, ...], data: bytes) -> None:
    folder = odd_folder(tmp_path, data)
    did = ended(*command, str(folder), *map(str, folder.iterdir()), folder=tmp_path)

    check(did, shown=command[0] == "lint" and data != b"{}")


def test_a_place_to_write_to_is_told_as_text(tmp_path: Path) -> None:
    check(ended("simulate", "--write", str(tmp_path / os.fsdecode(NAME)), folder=tmp_path))
    (tmp_path / "file").write_text("no folder")
    check(ended("simulate", "--write", str(tmp_path / "file" / os.fsdecode(NAME)), folder=tmp_path))


HOSTILE = {
    "publisher": "Microsoft.Azure.KeyVault",
    "type": "KeyVaultForLinux",
    "typeHandlerVersion": "3.0",
    "settings": {
        "secretsManagementSettings": {
            "pollingIntervalInS": "3600",
            "observedCertificates": [f"[x](https://{MARK}) {{0}} \\[y](sarif:/runs/0) {EVIL}"],
        }
    },
}
LINK = re.compile(r"(?<!\\)(?:\\\\)*\[(?:[^\[\]\\]|\\.)*\]\(")
"""Of SARIF 3.11.6: brackets that no backslash takes the meaning from, and an address right behind them."""
PLACE = re.compile(r"(?<!\{)(?:\{\{)*\{\d+\}")


def test_sarif_is_plain_in_every_message_and_no_address_leads_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "pool.json").write_text(json.dumps({"properties": HOSTILE}))
    odd = odd_folder(tmp_path, json.dumps({"properties": HOSTILE}).encode())
    files = [
        f"/{tmp_path}/pool.json",
        "//evil.example/[x](1)",
        "{0}[x](javascript:alert(1))",
        str(*odd.iterdir()),
    ]
    did = ended("lint", "--output", "sarif", *files, folder=tmp_path)

    assert misleading(did.shown) == []
    (run,) = json.loads(did.out)["runs"]
    rules, (invocation,) = run["tool"]["driver"]["rules"], run["invocations"]
    told = [each["message"]["text"] for each in (*run["results"], *invocation["toolExecutionNotifications"])]
    told += [rule[name]["text"] for rule in rules for name in ("shortDescription", "fullDescription")]
    assert any(MARK in text for text in told)
    assert [
        text for text in told if LINK.search(text) or PLACE.search(text) or misleading(text.encode())
    ] == []
    places = [place for each in run["results"] for place in each["locations"]]
    uris = {place["physicalLocation"]["artifactLocation"]["uri"] for place in places}
    assert {unquote_to_bytes(uri) for uri in uris} == {os.fsencode(files[0][1:]), os.fsencode(files[3])}
    assert all(re.fullmatch(r"/?[^/:][^:]*", uri) for uri in uris)


GROUP = f"<img src=x onerror=alert(1)> [a](javascript:x) {EVIL.replace('/', '')}"


@pytest.mark.slow
def test_a_groups_name_is_told_as_text_in_every_report(tmp_path: Path) -> None:
    home = tmp_path / "data"
    with served(home) as world:
        stage = Stage(world, home)
        pool = world.connection["pool_id"]
        given = re.sub("(?<=/resourceGroups/)[^/]+", lambda _: GROUP, pool)
        told = {
            "run": stage.call("run", given, "--allow-from", "127.0.0.1/32", "--yes", "--answer", "next=look")
        }
        run = stage.latest
        told["answers"] = stage.run("--answer", f"route={EVIL}")
        for command in (
            ("runs", "list"),
            ("runs", "show", run),
            ("doctor",),
            *(("report", run, "--format", form) for form in ("text", "markdown", "html")),
        ):
            told[" ".join(command)] = stage.call(*command)

    shown = {name: did.stdout + did.stderr for name, did in told.items()}
    assert {name: misleading(data) for name, data in shown.items() if misleading(data)} == {}
    forged = {name: found[0] for name, data in shown.items() if (found := FORGED.search(data.decode()))}
    assert forged == {}
    page = told[f"report {run} --format html"].stdout
    assert b"<title>" in page
    assert b"<img" not in page


OTHERS = f"""
import asyncio, logging, sys, threading, traceback, warnings
import click
from troubleshooter.writer import taken

EVIL = {EVIL!r}
taken()


class Late:
    def __del__(self):
        raise LookupError(EVIL)


def fails():
    raise LookupError(EVIL)


async def forgets():
    task = asyncio.get_running_loop().create_future()
    task.set_exception(LookupError(EVIL))


print(EVIL)
print(EVIL, file=sys.stderr)
warnings.warn(EVIL)
logging.getLogger("azure").error(EVIL)
click.echo(EVIL, err=True)
click.confirm(EVIL, default=False, err=True)
try:
    fails()
except LookupError:
    traceback.print_exc()
Late()
asyncio.run(forgets())
thread = threading.Thread(target=fails)
thread.start()
thread.join()
fails()
"""


def test_what_others_write_meets_the_guard(tmp_path: Path) -> None:
    """A library, a warning, a log without a handler, a question, a thread's end, the interpreter itself."""
    (tmp_path / "others.py").write_text(OTHERS, encoding="utf-8", errors="surrogateescape")
    did = subprocess.run(
        [sys.executable, str(tmp_path / "others.py")],
        input=b"n\n", capture_output=True, check=False, timeout=60, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip

    assert did.returncode == 1
    assert did.stderr.count(MARK.encode()) > 8
    assert misleading(did.stdout + did.stderr) == []
