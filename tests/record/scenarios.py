"""What is recorded of a scenario: the demo, the same pool in place, and its files where only they tell."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.flows.matrix.expected import EXPECTED, Way
from tests.record.stage import Ended, Stage
from troubleshooter.lint.ends import TODAY

LOOPBACK = "127.0.0.1/32"
REFUSED = 9


@dataclass
class Scene:
    """A folder in which one conversation with the program takes place."""

    stage: Stage
    folder: Path
    form: str
    path: str
    """PATH: the simulated nodes run the system's shell."""
    said: list[Ended | str] = field(default_factory=list)
    """Commands as they ended, and what others did between them."""
    _numbers: Iterator[int] = field(default_factory=count)

    def call(self, *arguments: str, **environ: str) -> Ended:
        ended = self.aside(*arguments, **environ)
        self.said.append(ended)
        return ended

    def aside(self, *arguments: str, **environ: str) -> Ended:
        """A command that is no part of the conversation; threads may call several at once."""
        place = self.folder / f"call-{next(self._numbers)}"
        return self.stage.run(place, (*arguments, "--output", self.form), self.environ(**environ))

    def environ(self, **more: str) -> dict[str, str]:
        home = str(self.folder / "home")
        fixed = {"COLUMNS": "80", "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONUTF8": "1", TODAY: "2026-11-25"}
        return {"PATH": self.path, "HOME": home, "TROUBLESHOOTER_HOME": f"{home}/data", **fixed, **more}


def demo(scene: Scene, scenario: str) -> None:
    scene.call("demo", scenario, "--headless")


def in_place(scene: Scene, scenario: str) -> None:
    """Work on the original. What lies outside the pool is cured when the run stops to ask for it."""
    _run(scene, scenario, "--mode", "in-place", "--answer", "jobs=requeue")


def apply(scene: Scene, scenario: str) -> None:
    """Prove the fix beside the original, then make it there, and remove what is left beside it."""
    _run(scene, scenario, "--answer", "apply=pool", "--answer", "jobs=requeue", "--debug-nodes", "2")


def analyze(scene: Scene, scenario: str) -> None:
    files = str(scene.folder / "files")
    scene.call("simulate", "--scenario", scenario, "--write", files)
    scene.call("analyze", files)


ROUTES = {"demo": demo, "in-place": in_place, "apply": apply, "analyze": analyze}
APPLIED = ("wrong-client-id", "vault-rbac-denied", "identity-missing")
"""Scenarios whose fix is also made on the original after it was proven beside it."""


NO_PROOF_ENDS = ("spot-scarce",)
"""Scenarios of which a proof in place goes on to its limit, half an hour: Azure takes each node away."""


def routes(scenario: str) -> tuple[str, ...]:
    """Demo and in place for all, also where they are refused; files where only those tell the cause."""
    more = [("apply", scenario in APPLIED), ("analyze", EXPECTED[scenario].way is Way.FILES)]
    return ("demo", "in-place", *(route for route, wanted in more if wanted))


def _run(scene: Scene, scenario: str, *how: str) -> None:
    serve = ("simulate", "--scenario", scenario)
    with scene.stage.serving(scene.folder / "azure", serve, scene.environ()) as azure:
        signed_in = _signed_in(azure)
        fix = "none" if scenario in NO_PROOF_ENDS and "in-place" in how else "1"
        gates = ["next=look", "plan=approve", f"fix={fix}", "clean-up=remove"]
        if known := _control(azure, "GET", "state").get("identities"):
            gates.append(f"identity={known[0]['id']}")
        answers = [word for gate in gates for word in ("--answer", gate)]
        where = ("--allow-from", LOOPBACK, "--poll-interval", "0.1", "--confirm", azure["pool"])
        ended = scene.call("run", azure["pool_id"], *where, *how, *answers, **signed_in)
        run = ended.err.removeprefix("Run ").split(":", 1)[0]
        if ended.code == REFUSED and "gate outside-fix" in ended.err:
            scene.said.append(f"the administrator: {_control(azure, 'POST', 'cure')['done']}")
            more = ("--answer", "outside-fix=done", "--confirm", azure["pool"])
            ended = scene.call("runs", "resume", run, *more, **signed_in)
        if ended.code == REFUSED and "clean-up=remove" in ended.err:
            scene.call("runs", "cleanup", run, "--yes", **signed_in)


def _signed_in(azure: dict[str, Any]) -> dict[str, str]:
    return {
        "TROUBLESHOOTER_ARM_ENDPOINT": azure["arm_endpoint"],
        "TROUBLESHOOTER_AUTHORITY": azure["authority"],
        "TROUBLESHOOTER_CA_FILE": azure["ca_file"],
        "AZURE_AUTHORITY_HOST": azure["authority"],
        "AZURE_TENANT_ID": azure["tenant_id"],
        "AZURE_CLIENT_ID": azure["client_id"],
        "AZURE_CLIENT_SECRET": azure["client_secret"],
    }


def _control(azure: dict[str, Any], method: str, what: str) -> Any:
    context = ssl.create_default_context(cafile=azure["ca_file"])
    request = urllib.request.Request(f"{azure['control']}/{what}", method=method)
    with urllib.request.urlopen(request, timeout=20, context=context) as response:
        return json.load(response)
