"""Signals, kills and two at once, on the route that takes the production pool away. Row by row."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.attacks.operators import COUNTED, FAULT, POOL, QUICK, Account, as_it_was, differing, ended, until
from tests.flows.crash.cases import still
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason=reasons.POSIX),
]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with served(tmp_path / "data", "wrong-client-id") as world:
        yield Account(world, tmp_path / "data")


@pytest.fixture
def before(account: Account) -> Any:
    return account.original()


def in_place_with_jobs_off(account: Account) -> subprocess.Popen[str]:
    """A process in the middle: the job is off, the production pool about to be deleted."""
    account.hold("DELETE /pools/render-pool$", 6)
    process = account.started(*account.in_place())
    until(lambda: account.job() == "disabled" or process.poll() is not None, "the job disabled")
    assert process.poll() is None
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sigterm_and_sigint_stop_it_and_clean_up_puts_back(
    number: signal.Signals, account: Account, before: Any
) -> None:
    process = in_place_with_jobs_off(account)
    process.send_signal(number)
    code, document, err = ended(process)

    assert (code, document["exit"]) == (130, 130)
    assert "runs resume" in document["error"]["do"]
    assert not FAULT.search(err)
    assert account.call("runs", "cleanup", document["run"], "--yes")[0] == 0
    as_it_was(account, before)


def test_sighup_is_heard_as_sigterm_is(account: Account, before: Any) -> None:
    process = in_place_with_jobs_off(account)
    process.send_signal(signal.SIGHUP)
    code, document, _ = ended(process)

    assert code == 130
    assert "runs resume" in document["error"]["do"]
    assert account.call("runs", "cleanup", document["run"], "--yes")[0] == 0
    as_it_was(account, before)


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGPIPE])
def test_a_run_ended_by_sigquit_or_sigpipe_is_resumed(
    number: signal.Signals, account: Account, before: Any
) -> None:
    process = in_place_with_jobs_off(account)
    process.send_signal(number)
    code, document, _ = ended(process)
    if code != 0:
        code, document = account.call("runs", "resume", account.latest(), "--yes", "--confirm", POOL)

    assert (code, document["verified"]) == (0, True)
    as_it_was(account, before, fixed=True)


def test_a_stopped_process_keeps_its_run(account: Account, before: Any) -> None:
    process = in_place_with_jobs_off(account)
    process.send_signal(signal.SIGSTOP)
    try:
        run = account.latest()
        for verb in (("cleanup", "--yes"), ("restore", "--confirm", POOL), ("resume", "--yes"), ("delete",)):
            code, document = account.call("runs", verb[0], run, *verb[1:])
            assert code == 9
            assert (
                verb == ("delete",) or document["error"]["what"] == f"Run {run} is open in another process."
            )
    finally:
        process.send_signal(signal.SIGCONT)
    code, document, _ = ended(process)

    assert (code, document["verified"]) == (0, True)
    as_it_was(account, before, fixed=True)


def test_of_four_resumes_at_once_one_gets_the_run(account: Account, before: Any) -> None:
    _, document = account.call(*account.in_place("--until", "survey"))
    resume = ("runs", "resume", document["run"], "--yes", "--confirm", POOL)
    account.hold("DELETE /pools/render-pool$", 6)  # so that they meet
    codes = [ended(each)[0] for each in [account.started(*resume) for _ in range(4)]]

    assert set(codes) <= {0, 9}
    assert 0 in codes
    as_it_was(account, before, fixed=True)


def test_three_runs_at_once_all_end(account: Account, before: Any) -> None:
    runs = [account.started(*account.run[:-2], *QUICK) for _ in range(3)]

    assert [ended(each)[0] for each in runs] == [0, 0, 0]
    assert len(account.call("runs", "list")[1]["runs"]) == 3
    as_it_was(account, before)


# Two operators


def saved(home: Path) -> list[Any]:
    return [still(json.loads(path.read_bytes())) for path in home.glob("runs/*/pool.json")]


def other(account: Account) -> dict[str, str]:
    """The environment of an operator with a data folder of their own."""
    return {"TROUBLESHOOTER_HOME": f"{account.home}-other"}


@pytest.mark.parametrize("offset", [0.0, 0.7])
def test_two_operators_in_place_at_once_never_lose_the_definition(
    offset: float, account: Account, before: Any
) -> None:
    limits = ("--limit", "20s", "--total-limit", "30s")
    first = account.started(*account.in_place(*limits))
    time.sleep(offset)
    second = account.started(*account.in_place(*limits), **other(account))
    for process in (first, second):
        until(lambda process=process: process.poll() is not None, "both at an end", 100)  # type: ignore[misc]
        process.communicate()

    kept = saved(account.home) + saved(Path(other(account)["TROUBLESHOOTER_HOME"]))
    assert any(_same(before, one) for one in kept)


def _same(before: Any, one: Any) -> bool:
    """Whether it is the definition that the pool had, as ARM shows it."""
    parts = ("name", "identity", "properties")
    found = [differing(before.get(part), one.get(part)) for part in parts]
    return not [path for each in found for path in each if not COUNTED.search(path)]


def test_a_run_does_not_take_anothers_debug_pool_for_the_original(account: Account) -> None:
    _, first = account.call(*account.in_place("--until", "collect"))
    code, document = account.call(*account.in_place(), **other(account))

    told = json.dumps(document)
    assert code != 0
    assert first["run"] in told


# Kills


def left_by(account: Account, run: str) -> list[str]:
    return [
        f"{each['kind']} {each['id']}" for each in account.call("runs", "show", run)[1]["changes"]["left"]
    ]


def killed(account: Account, command: tuple[str, ...], seconds: float) -> None:
    with subprocess.Popen(
        [*PROGRAM, *command], env=account.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.parametrize("seed", range(4))
def test_kills_at_random_moments_leave_a_way_back(seed: int, account: Account, before: Any) -> None:
    chance = random.Random(seed)
    last = ("resume", "cleanup", "restore", "cleanup")[seed]
    verbs = {
        "resume": ("--yes", "--confirm", POOL), "cleanup": ("--yes",), "restore": ("--confirm", POOL),
    }  # fmt: skip
    killed(account, account.in_place(), chance.uniform(2.0, 7.0))
    if not (listed := account.call("runs", "list")[1]["runs"]):
        as_it_was(account, before)
        return
    run = listed[0]["id"]
    for _ in range(chance.randint(0, 2)):
        verb = chance.choice((last, "resume"))
        killed(account, ("runs", verb, run, *verbs[verb]), chance.uniform(0.8, 4.0))
    code, _ = account.call("runs", last, run, *verbs[last])
    if last == "resume" and code not in {0, 3, 4}:
        code, _ = account.call("runs", "cleanup", run, "--yes")

    assert code in {0, 3, 4}
    as_it_was(account, before, fixed=last != "restore")
    assert [each for each in left_by(account, run) if not each.startswith("node-user")] == []


def test_after_restore_no_user_of_a_deleted_node_is_left(account: Account, before: Any) -> None:
    account.hold("POST /users$", 8)
    process = account.started(*account.in_place())
    until(lambda: _asks_for_a_user(account), "a user asked for")
    process.kill()
    process.communicate()
    run = account.latest()
    assert account.call("runs", "restore", run, "--confirm", POOL)[0] == 0
    as_it_was(account, before)
    assert left_by(account, run) == []


def _asks_for_a_user(account: Account) -> bool:
    """The fault that was to meet the request has met it."""
    return not account.control("GET", "state")["faults"]


# The simulated Azure


def simulator(tmp_path: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [*PROGRAM, "simulate"], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    return process, Path(json.loads(process.stdout.readline())["ca_file"]).parent


def test_a_simulator_that_gets_sigterm_leaves_nothing(tmp_path: Path) -> None:
    process, folder = simulator(tmp_path)
    assert folder.is_dir()
    process.send_signal(signal.SIGTERM)
    with process:
        assert process.wait(30) == 0
    assert not folder.exists()


def test_a_simulator_that_gets_sighup_leaves_nothing(tmp_path: Path) -> None:
    process, folder = simulator(tmp_path)
    process.send_signal(signal.SIGHUP)
    with process:
        code = process.wait(30)
    left = folder.exists()
    if left:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
    assert (code, left) == (0, False)
