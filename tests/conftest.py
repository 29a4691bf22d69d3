"""The machine shut out: no home directory, nobody's Azure sign-in. And the simulated Azure."""

from __future__ import annotations

import os
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests import quick, reasons
from tests.ground_truth import FOLDER, SPECIFICATION
from troubleshooter.fence import SWITCH
from troubleshooter.lint.ends import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("any machine", deadline=None)  # a busy one is no fault of what is tried
settings.load_profile("any machine")


NIGHTLY = (ROOT / "tests" / "attacks", ROOT / "tests" / "record")
"""Folders whose slow tests take an hour together: for the night, but for those that say `every_change`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "live" not in str(config.getoption("markexpr")):  # asked for by that word alone, never along the way
        live = [item for item in items if item.get_closest_marker("live")]
        items[:] = [item for item in items if item not in live]
        config.hook.pytest_deselected(items=live)
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.slow)  # who asks for none that are slow asks for none of these
        slow = item.get_closest_marker("slow")
        if slow and "every_change" not in slow.kwargs and any(at in item.path.parents for at in NIGHTLY):
            item.add_marker(pytest.mark.nightly)
        if quick.is_quick(item.path) and not slow:
            item.add_marker(quick.MARK)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Who asks for the quick tier does not wait for other tests to be read."""
    if not alone(config) or collection_path in (ROOT, quick.TESTS):
        return None
    return None if quick.is_quick(collection_path) else True


def pytest_collection_finish(session: pytest.Session) -> None:
    quick.refuse_starts(by_every_thread=alone(session.config))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with quick.one_of_it() if item.get_closest_marker(quick.MARK) else nullcontext():
        yield


def alone(config: pytest.Config) -> bool:
    """Whether the quick tier, and nothing else, is asked for."""
    return bool(config.getoption("markexpr") == quick.MARK)


@pytest.fixture(autouse=True)
def machine_shut_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home directory of this test."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("AZURE_", "XDG_")) or (
            name.startswith("TROUBLESHOOTER_") and name != "TROUBLESHOOTER_GROUND_TRUTH"
        ):
            monkeypatch.delenv(name)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("TROUBLESHOOTER_HOME", str(home / "troubleshooter"))
    monkeypatch.setenv(TODAY, "2026-11-25")  # what was supported when a test was written stays so
    monkeypatch.setenv(SWITCH, "raise")  # what nobody foresaw is a failure of the test
    return home


@pytest.fixture
def simulator() -> Iterator[Callable[..., Simulator]]:
    """Start a simulated Azure with what `Simulator` takes; it stops at the end of the test."""
    from troubleshooter.simulator.server import Simulator  # noqa: PLC0415 - 300 ms that most tests do not need

    with ExitStack() as running:

        def start(scenario: str = "vault-rbac-denied", **options: Any) -> Simulator:
            return running.enter_context(Simulator(scenario, **options))

        yield start


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Simulator], Inside]]:
    """Open the product's engine on a simulated Azure; it is closed at the end of the test."""
    from tests.flows.inside import Inside  # noqa: PLC0415 - as above

    for name in (
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_AUTHORITY_HOST",
        "NO_PROXY",
    ):
        monkeypatch.setenv(name, "")  # what it signs in with is gone with the test
    with ExitStack() as opened:

        def on(simulated: Simulator) -> Inside:
            world = Inside(simulated.connection, tmp_path / "runs")
            opened.callback(world.bench.close)
            return world

        yield on


@pytest.fixture(scope="session")
def ground_truth() -> Path:
    """The folder with the official API files, which are not part of the repository."""
    if not SPECIFICATION.is_dir():
        pytest.skip(reasons.SPECIFICATION)
    return FOLDER
