"""A stranger's text that would move the cursor, hide, link or run something; and the look for it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.contract.client import Client
from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.outside import World

MARK = "PWNED"
"""Stands in the text, so that a test can see that it was shown at all."""
TEXT = (
    f"\x1b]0;{MARK}\x07\x1b[2J\x1b]52;c;aGk=\x07\x1b[31mred [bold]mk[/] [@click=app.quit]x[/] "
    "<script>alert(1)</script> [a](javascript:alert(1)) ![i](https://evil.example/x.png) @octocat "
    "www.evil.example ``` ~~~ \u202egnp \x9b31m "
)
_DRAWING = re.compile(
    rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae\xa8\xa9]|\xe2\x81[\xa6-\xa9]"
)
"""Control characters but newline and tab, of both sets, and those that turn text round, in UTF-8."""
ALWAYS = 100_000
AT_ONCE = {"retry_after": 0}


def drawing(data: bytes) -> list[bytes]:
    """What would reach the terminal raw, each with its surroundings."""
    return [data[max(0, at.start() - 40) : at.end() + 20] for at in _DRAWING.finditer(data)]


_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def misleading(data: bytes) -> list[str]:
    """What is no text that can be read as it stands, each with its surroundings: also what draws nothing.

    Broken UTF-8 is among it, as lone surrogates.
    """
    text = data.decode("utf-8", "surrogateescape")
    return [
        ascii(text[max(0, at - 40) : at + 20])
        for at, char in enumerate(text)
        if char not in "\n\t" and (not char.isprintable() or _UNSEEN.match(char))
    ]


def refusal(text: str) -> str:
    """An error of Azure, in which all is the stranger's."""
    return json.dumps({"error": {"code": f"Evil{text}", "message": text}})


class Stage:
    """A simulated Azure that passes the stranger's text on, and the program beside it."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        self.environ = {**world.environ, "HOME": str(home.parent)}
        self.home = home
        self.azure = Client(world.connection)

    def call(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*PROGRAM, *arguments], capture_output=True, check=False, timeout=180, stdin=subprocess.DEVNULL,
            env=self.environ | environ,
        )  # fmt: skip

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
        pool = self.world.connection["pool_id"]
        given = ("--allow-from", "127.0.0.1/32", "--yes", "--answer", "next=look", "--poll-interval", "0.1")
        return self.call("run", pool, *given, *arguments, **environ)

    @property
    def latest(self) -> str:
        listed = json.loads(self.call("runs", "list", "--output", "json").stdout)
        return str(listed["runs"][0]["id"])

    def plant(self, match: str, **fault: Any) -> None:
        self.world.control("POST", "fault", {"match": match, "times": ALWAYS, **fault})

    def clear(self) -> None:
        self.world.control("DELETE", "fault")

    def report_from_nodes(self, text: str) -> None:
        """From now on every extension's status says the text before its own, as a hostile node has it."""
        pool, node = self.world.connection["pool"], self.world.connection["nodes"][0]
        answered = self.azure.batch("GET", f"/pools/{pool}/nodes/{node}/extensions").body
        for extension in answered["value"]:
            for status in extension["instanceView"]["statuses"]:
                status["message"] = text + status["message"]
                status["level"], status["code"] = "Error", "ProvisioningState/failed/1"
        self.plant("GET /extensions$", body=json.dumps(answered))

    def others(self) -> list[str]:
        """Names of the pools that were not there before."""
        pools = self.world.control("GET", "state")["pools"]
        return [pool["name"] for pool in pools if pool["name"] != self.world.connection["pool"]]
