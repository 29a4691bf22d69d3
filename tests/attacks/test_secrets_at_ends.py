"""Secrets where a run ends badly: through a proxy that is not there, by a bug, by kill -9."""

from __future__ import annotations

import signal
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.attacks.foreign import Stage
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

BREAKING = """import os, paramiko
def start(*_given, **_named):
    secret = os.environ["AZURE_CLIENT_SECRET"]
    raise LookupError(f"no {secret} Bearer eyJhbGciOiJIUzI1NiJ9.eyJzIjoiYSJ9.c2lnbmF0")
paramiko.Transport.start_client = start
"""
"""A library that fails as nobody foresees, with secrets in its words."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    home = tmp_path / "data"
    with served(home, "vault-rbac-denied") as world:
        yield Stage(world, home)


def secret(stage: Stage) -> bytes:
    return str(stage.world.connection["client_secret"]).encode()


def kept(stage: Stage) -> dict[str, bytes]:
    """Every file of the home but the pool's definition."""
    files = [path for path in stage.home.rglob("*") if path.is_file() and path.name != "pool.json"]
    return {str(path.relative_to(stage.home)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("http://user:pr1xyPa55/w0rdRest@127.0.0.1:1", (b"pr1xyPa55", b"w0rdRest")),
        ("http://user:pr2xyFirst@pr2xySecond@127.0.0.1:1", (b"pr2xyFirst", b"pr2xySecond")),
    ],
    ids=["slash", "at"],
)
def test_a_proxys_password_is_hidden(stage: Stage, address: str, parts: tuple[bytes, ...]) -> None:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    environ = {**dict.fromkeys(names, address), "NO_PROXY": "", "no_proxy": ""}
    places = kept(stage)
    pool = stage.world.connection["pool_id"]
    for command in (("run", pool, "--yes"), ("doctor",)):
        did = stage.call(*command, **environ)
        places[str(did.args)] = did.stdout + did.stderr
    places |= kept(stage)
    assert {name: part for name, data in places.items() for part in parts if part in data} == {}


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("http://user:pr3xy%2Fa%40Pa55@127.0.0.1:1", (b"pr3xy/a@Pa55", b"pr3xy%2F", b"Pa55")),
        ("http://user:p5x/Pa5@127.0.0.1:1", (b"user:p5x",)),
    ],
    ids=["quoted", "short pieces"],
)
def test_doctor_tells_no_proxys_password(stage: Stage, address: str, parts: tuple[bytes, ...]) -> None:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    did = stage.call("doctor", **dict.fromkeys(names, address), NO_PROXY="", no_proxy="")
    told = did.stdout + did.stderr + b"".join(kept(stage).values())
    assert did.returncode != 0
    assert [part for part in parts if part in told] == []


def test_a_bug_in_an_action_tells_no_secret(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(BREAKING)
    did = stage.run(PYTHONPATH=str(tmp_path / "broken"))
    (log,) = (stage.home / "logs").iterdir()

    assert did.returncode == 1
    assert b"LookupError" in log.read_bytes()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    held = {**kept(stage), "shown": did.stdout + did.stderr}
    assert [name for name, data in held.items() if secret(stage) in data or b"eyJhbGci" in data] == []


def test_a_killed_collection_leaves_no_secret(stage: Stage) -> None:
    stage.plant("POST /pools/[^/]+/nodes/[^/]+/users$", delay=0.2)
    command = (*PROGRAM, *stage.world.run)
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=stage.environ
    ) as started:
        assert started.stderr is not None
        for line in started.stderr:
            if b"made on" in line:
                break
        started.send_signal(signal.SIGKILL)
    held = kept(stage)
    assert started.returncode == -signal.SIGKILL
    assert any("journal" in name for name in held)
    for form in (secret(stage), b"eyJ0eXAi", b"eyJhbGci", b"PRIVATE KEY"):
        assert [name for name, data in held.items() if form in data] == []
