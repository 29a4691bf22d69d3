"""Ways to sign in, against the simulated authority; az and azd are scripts that answer as documented."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from troubleshooter.cli.screen import _from_environment
from troubleshooter.cloud.azure import Azure
from troubleshooter.cloud.signing.ways import WAYS
from troubleshooter.errors import Interrupted, NotPermitted, UsageProblem
from troubleshooter.model.progress import SigningIn
from troubleshooter.model.target import Target
from troubleshooter.printer import Form, Printer
from troubleshooter.settings import SIGN_INS, Endpoints
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

LATER, UNTIL = "2036-01-01 00:00:00.000000", 2082758400
ASKED_FOR_MORE = (
    "ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor"
    " authentication to access '797f4846'. Trace ID: 1"
)
CODE = re.compile(r"type the code (\w+)\. It holds until \d\d:\d\d UTC")


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("healthy"))


def places(connection: Mapping[str, Any], way: str) -> Endpoints:
    arm, authority, ca_file = (connection[name] for name in ("arm_endpoint", "authority", "ca_file"))
    return Endpoints(arm, authority, ca_file, sign_in=way)


class Signed:
    """Azure, signed in to in one way, with what whoever signs in was shown."""

    def __init__(self, connection: Mapping[str, Any], way: str) -> None:
        self.shown: list[str] = []
        self.said: list[str] = []
        self.cancel = threading.Event()
        self._connection = connection
        target = Target.parse(connection["pool_id"])
        settings = places(connection, way).settings(target.subscription)
        self.azure = Azure(settings, self.cancel, self.said.append, on_prompt=self.shown.append)

    def reads_both_planes(self) -> str:
        """Who it is; raises where that is refused."""
        pool = Target.parse(self._connection["pool_id"])
        self.azure.arm.pool(pool)
        self.azure.batch.progress(self._connection["batch_endpoint"], pool.pool)
        return self.azure.who()


@pytest.fixture
def signed(world: Inside) -> Iterator[Callable[[str], Signed]]:
    made: list[Signed] = []

    def by(way: str) -> Signed:
        made.append(Signed(world.connection, way))
        return made[-1]

    yield by
    for one in made:
        one.cancel.set()
        one.azure.close()


@pytest.fixture
def alone(world: Inside, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """Without the service principal of the world in the environment."""
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)
    return world.connection


def script(folder: Path, name: str, said: str, *, code: int = 0, to: str = "stdout") -> None:
    """A program that answers so, and writes down how it was called."""
    folder.mkdir(exist_ok=True)
    lines = ["#!/bin/sh", f'echo "$@" >> {folder}/{name}.called', f"cat {'>&2 ' * (to == 'stderr')}<<'END'"]
    path = folder / name
    path.write_text("\n".join([*lines, said, "END", f"exit {code}", ""]))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "programs"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


def test_every_way_of_the_option_is_one() -> None:
    assert tuple(WAYS) == SIGN_INS


@pytest.mark.parametrize("way", ["default", "environment"])
def test_a_service_principal_of_the_environment(
    way: str, signed: Callable[[str], Signed], world: Inside
) -> None:
    assert signed(way).reads_both_planes() == f"application {world.connection['client_id']}"


def test_a_page_in_the_sign_in_services_place_is_no_refusal(
    signed: Callable[[str], Signed], world: Inside
) -> None:
    page = {"match": "POST /oauth2/v2.0/token", "body": "<html>Welcome</html>", "times": 99}
    world.client.control("POST", "/fault", page)
    with pytest.raises(NotPermitted) as failed:
        signed("default").reads_both_planes()
    assert "refused" not in f"{failed.value.why} {failed.value.do}"
    assert "whether a proxy answers in the sign-in service's place" in failed.value.do


def test_a_workload_identity_by_its_token_file(
    signed: Callable[[str], Signed], world: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    federated = tmp_path / "token"
    federated.write_text(world.connection["client_secret"])
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(federated))
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    assert signed("workload-identity").reads_both_planes().startswith("application ")

    federated.write_text("of another cluster")
    with pytest.raises(NotPermitted) as refused:
        signed("workload-identity").reads_both_planes()
    assert "AADSTS700213" in refused.value.why
    assert "federated credentials" in refused.value.do


def test_a_workload_identity_without_its_file_says_what_to_set(
    signed: Callable[[str], Signed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_FEDERATED_TOKEN_FILE", raising=False)
    with pytest.raises(UsageProblem) as refused:
        signed("workload-identity")
    assert "--sign-in workload-identity" in refused.value.what
    assert "AZURE_FEDERATED_TOKEN_FILE" in refused.value.do


def test_a_device_code_is_shown_typed_and_holds_for_both_planes(
    signed: Callable[[str], Signed], alone: Mapping[str, Any], world: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", alone["tenant_id"])
    one = signed("device-code")
    typing = threading.Thread(target=type_it, args=(one, world))
    typing.start()
    assert one.reads_both_planes() == "ada@contoso.example"
    typing.join(10)
    assert len(one.shown) == 1  # the second plane's token came by the first sign-in
    assert f"open {alone['authority']}" in one.shown[0]
    assert not [text for text in one.said if CODE.search(text)]


def type_it(one: Signed, world: Inside) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if one.shown and (found := CODE.search(one.shown[0])):
            world.client.control("POST", f"/type/{found[1]}")
            return
        time.sleep(0.05)
    one.cancel.set()  # nobody was shown a code


def test_whoever_waits_for_a_code_to_be_typed_can_cancel(
    signed: Callable[[str], Signed], alone: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", alone["tenant_id"])
    one = signed("device-code")
    threading.Timer(1.5, one.cancel.set).start()
    with pytest.raises(Interrupted):
        one.reads_both_planes()
    assert len(one.shown) == 1


def test_a_code_is_kept_nowhere(
    world: Inside, alone: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", alone["tenant_id"])
    shown: list[str] = []
    bench, cancel = Workbench(world.home, places(alone, "device-code")), threading.Event()
    run = bench.start(world.target, RunOptions("check"), cancel)

    def hear(event: object) -> None:
        if isinstance(event, SigningIn):
            shown.append(event.text)
            found = CODE.search(event.text)
            assert found
            threading.Thread(target=world.client.control, args=("POST", f"/type/{found[1]}")).start()

    try:
        state = run.run_step("survey", hear, cancel)
    finally:
        run.close()
        bench.close()
    assert len(shown) == 1
    found = CODE.search(shown[0])
    assert found
    assert state.step("survey").state.value == "done"
    kept = b"".join(path.read_bytes() for path in world.home.rglob("*") if path.is_file())
    assert found[1].encode() not in kept
    assert b"refresh-of-ada" not in kept


def a_token(world: Inside) -> str:
    return str(world.client.token("https://management.azure.com/.default").body["access_token"])


def test_the_azure_cli_as_it_answers(
    signed: Callable[[str], Signed], alone: Mapping[str, Any], world: Inside, programs: Path
) -> None:
    given = {
        "accessToken": a_token(world),
        "expiresOn": LATER,
        "expires_on": UNTIL,
    }
    script(programs, "az", json.dumps(given))
    one = signed("cli")
    one.azure.arm.pool(Target.parse(alone["pool_id"]))
    assert "account get-access-token" in (programs / "az.called").read_text()


def test_azd_as_it_answers(
    signed: Callable[[str], Signed], alone: Mapping[str, Any], world: Inside, programs: Path
) -> None:
    script(programs, "azd", json.dumps({"token": a_token(world), "expiresOn": "2036-01-01T00:00:00Z"}))
    one = signed("azd")
    one.azure.arm.pool(Target.parse(alone["pool_id"]))
    assert "auth token" in (programs / "azd.called").read_text()


@pytest.mark.parametrize(
    ("way", "said", "why", "do"),
    [
        ("cli", "ERROR: Please run 'az login' to setup account.", "az login", "az login"),
        (
            "cli",
            ASKED_FOR_MORE,
            "AADSTS50076 means that a Conditional Access policy",
            "az login --tenant TENANT",
        ),
        (
            "cli",
            "ERROR: AADSTS700082: The refresh token has expired due to inactivity.",
            "expired or was revoked",
            "az logout",
        ),
        ("azd", "ERROR: not logged in, run `azd auth login` to login", "azd auth login", "azd auth login"),
    ],
)
def test_what_a_program_refuses_is_told_in_three_parts(
    signed: Callable[[str], Signed],
    alone: Mapping[str, Any],
    programs: Path,
    way: str,
    said: str,
    why: str,
    do: str,
) -> None:
    script(programs, {"cli": "az", "azd": "azd"}[way], said, code=1, to="stderr")
    with pytest.raises(NotPermitted) as refused:
        signed(way).azure.arm.pool(Target.parse(alone["pool_id"]))
    assert refused.value.what == "Could not sign in to Azure."
    assert why in refused.value.why
    assert do in refused.value.do


def test_a_program_that_is_not_there_is_named(
    signed: Callable[[str], Signed], alone: Mapping[str, Any], programs: Path
) -> None:
    programs.mkdir()
    with pytest.raises(NotPermitted) as refused:
        signed("cli").azure.arm.pool(Target.parse(alone["pool_id"]))
    assert "Azure CLI not found" in refused.value.why
    assert "az login" in refused.value.do


class Identity(BaseHTTPRequestHandler):
    """The endpoint of a managed identity as App Service documents it: IDENTITY_ENDPOINT with its header."""

    token = ""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        known = self.headers.get("X-IDENTITY-HEADER") == "its-header"
        body = {"access_token": self.token, "expires_on": str(UNTIL), "token_type": "Bearer"} if known else {}
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nobody reads it."""


@pytest.fixture
def identity(world: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    Identity.token, Identity.asked[:] = a_token(world), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Identity)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}/token")
    monkeypatch.setenv("IDENTITY_HEADER", "its-header")
    yield Identity.asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("client", ["", "445986c2-c591-4813-a4d9-c95b6324e638"])
def test_a_managed_identity_by_its_endpoint(
    signed: Callable[[str], Signed],
    alone: Mapping[str, Any],
    identity: list[str],
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_ID", client)
    signed("managed-identity").azure.arm.pool(Target.parse(alone["pool_id"]))
    assert "resource=https" in identity[0]
    assert (f"client_id={client}" in identity[0]) is bool(client)


def test_an_endpoint_that_refuses_says_what_it_takes(
    signed: Callable[[str], Signed],
    alone: Mapping[str, Any],
    identity: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "another")
    with pytest.raises(NotPermitted) as refused:
        signed("managed-identity").azure.arm.pool(Target.parse(alone["pool_id"]))
    assert identity
    assert "a machine in Azure with a managed identity" in refused.value.do


def test_without_a_screen_the_code_goes_to_standard_error_however_quiet() -> None:
    for quiet in (False, True):
        out, err = io.StringIO(), io.StringIO()
        printer = Printer(Form.TEXT, out, err, {})
        printer.quiet = quiet
        printer.follow(SigningIn("To sign in, open https://login.example and type the code ABCD."))
        assert err.getvalue() == "To sign in, open https://login.example and type the code ABCD.\n"
        assert out.getvalue() == ""


@pytest.mark.parametrize("way", SIGN_INS)
def test_the_variable_of_the_option_says_it_too(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_SIGN_IN", way)
    monkeypatch.setenv("TROUBLESHOOTER_CLOUD", "china")
    where = _from_environment()
    assert (where.sign_in, where.cloud) == (way, "china")
    assert where.settings("s").arm_endpoint == "https://management.chinacloudapi.cn"
