"""Signing in by a browser: the page that opens, what comes back from it, and where nothing does.

The browser is registered as Python's own `webbrowser` has it, and does what a person at one would: it reads
the page of the authority and sends one of its forms to where that form says.
"""

from __future__ import annotations

import html
import os
import re
import ssl
import subprocess
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.flows.test_sign_in import Signed
from troubleshooter.cloud.signing import ways
from troubleshooter.errors import Interrupted, NotPermitted
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

_FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)<button>([^<]+)</button></form>')
_FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')
_PAGE = "To sign in, use the page that opens in your browser."


class Browser(webbrowser.BaseBrowser):
    """Whose person presses the button that begins so; none where it is empty."""

    def __init__(self) -> None:
        super().__init__("tests")
        self.presses = "Sign in"
        self.trusts: Any = None
        self.seen: list[str] = []
        self.changes: Callable[[dict[str, str]], dict[str, str]] = dict

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.seen.append(url)
        threading.Thread(target=self._read, args=(url,), daemon=True).start()
        return True

    def _read(self, url: str) -> None:
        with urlopen(url, context=self.trusts, timeout=20) as answered:
            page = answered.read().decode()
        for to, inside, button in _FORM.findall(page):
            if self.presses and button.startswith(self.presses):
                fields = {name: html.unescape(value) for name, value in _FIELD.findall(inside)}
                sent = urlencode(self.changes(fields)).encode()
                with urlopen(Request(html.unescape(to), sent), timeout=20) as answered:
                    answered.read()


BROWSER = Browser()
webbrowser.register("tests", None, BROWSER, preferred=True)


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("healthy"))


@pytest.fixture
def connection(world: Inside, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)
    return world.connection


@pytest.fixture
def browser(connection: Mapping[str, Any]) -> Browser:
    BROWSER.__init__()  # type: ignore[misc] # the one that is registered is the one that opens
    BROWSER.trusts = ssl.create_default_context(cafile=connection["ca_file"])
    return BROWSER


@pytest.fixture
def signed(connection: Mapping[str, Any], browser: Browser) -> Iterator[Signed]:
    one = Signed(connection, "browser")
    yield one
    one.cancel.set()
    one.azure.close()


def test_what_was_signed_in_once_holds_for_both_planes(signed: Signed, browser: Browser) -> None:
    assert signed.shown == []  # nothing is asked before somebody needs it
    assert signed.reads_both_planes() == "ada@contoso.example"
    assert signed.shown == [_PAGE]
    (url,) = browser.seen
    assert "/organizations/oauth2/v2.0/authorize?" in url
    assert "code_challenge=" in url


def test_a_later_connection_asks_nobody_again(
    connection: Mapping[str, Any], signed: Signed, browser: Browser
) -> None:
    signed.azure.who()
    later = Signed(connection, "browser")
    try:
        assert later.reads_both_planes() == "ada@contoso.example"
    finally:
        later.azure.close()
    assert (len(browser.seen), later.shown) == (1, [])
    assert signed.reads_both_planes() == "ada@contoso.example"  # the other's end was not its own


def test_the_tenant_of_the_environment_is_asked(
    connection: Mapping[str, Any], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", connection["tenant_id"])
    one = Signed(connection, "browser")
    try:
        assert one.azure.who() == "ada@contoso.example"
    finally:
        one.azure.close()
    assert f"/{connection['tenant_id']}/oauth2/v2.0/authorize?" in browser.seen[0]


def test_whoever_declines_is_told_what_to_do(signed: Signed, browser: Browser) -> None:
    browser.presses = "Cancel"
    with pytest.raises(NotPermitted) as refused:
        signed.azure.who()
    assert refused.value.what == "Could not sign in to Azure."
    assert "AADSTS65004" in refused.value.why
    assert refused.value.do


@pytest.mark.parametrize(
    "changed", [{"code": "another"}, {"state": "another"}], ids=["a code of nobody", "of another request"]
)
def test_what_was_not_asked_for_signs_nobody_in(
    signed: Signed, browser: Browser, changed: Mapping[str, str]
) -> None:
    browser.changes = lambda fields: {**fields, **changed}
    with pytest.raises(NotPermitted) as refused:
        signed.azure.who()
    assert refused.value.what == "Could not sign in to Azure."


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody hears the cancel, the page is given up after seconds and not after nine minutes."""
    monkeypatch.setattr(ways, "BY_HAND", 20.0)


@pytest.mark.usefixtures("impatient")
def test_whoever_waits_for_the_page_can_cancel(signed: Signed, browser: Browser) -> None:
    browser.presses = ""
    threading.Timer(0.5, signed.cancel.set).start()
    with pytest.raises(Interrupted):
        signed.azure.arm.pool(Target.parse(signed._connection["pool_id"]))
    assert signed.shown == [_PAGE]

    browser.presses = "Sign in"
    again = Signed(signed._connection, "browser")  # and is not waited for any more
    try:
        assert again.azure.who() == "ada@contoso.example"
    finally:
        again.azure.close()
    assert again.shown == [_PAGE]


def test_where_no_browser_opens_another_way_is_named(connection: Mapping[str, Any]) -> None:
    """In a process of its own: which browsers there are is looked up once."""
    quiet = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = (
        *(sys.executable, "-m", "troubleshooter", "check", connection["pool_id"], "--sign-in", "browser"),
        *("--arm-endpoint", connection["arm_endpoint"], "--authority", connection["authority"]),
        *("--ca-file", connection["ca_file"]),
    )
    ended = subprocess.run(
        command,
        check=False,
        env=quiet | {"PATH": "/nowhere", "BROWSER": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = " ".join((ended.stdout + ended.stderr).split())
    assert ended.returncode == 6, told
    assert "Failed to open a browser" in told
    assert "use --sign-in device-code" in told
