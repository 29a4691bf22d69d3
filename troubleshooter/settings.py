"""Where Azure is and where our own data lies. How that is given is the command line's affair."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from urllib.parse import urlsplit

from troubleshooter.errors import NotFound, UsageProblem

PUBLIC_ARM = "https://management.azure.com"
CLOUDS = {
    "public": PUBLIC_ARM,
    "us-government": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}
"""Azure Resource Manager of each cloud that is known; session.py knows its authority and its audiences."""
SIGN_INS = (
    "default",
    "cli",
    "azd",
    "device-code",
    "browser",
    "managed-identity",
    "workload-identity",
    "environment",
)
"""Ways to sign in: DefaultAzureCredential, or one alone."""
BY_HAND = ("device-code", "browser")
"""Those for which somebody types or clicks, anew whenever Azure is opened: tokens stay in memory."""


@dataclass(frozen=True, slots=True)
class CloudSettings:
    subscription: str
    arm_endpoint: str = PUBLIC_ARM
    authority: str | None = None
    """Where to sign in; None leaves it to AZURE_AUTHORITY_HOST and the cloud of the ARM endpoint."""
    ca_file: Path | None = None
    """Certificate authorities to trust instead of the usual ones."""
    arm_scope: str | None = None
    """What a token for Azure Resource Manager is asked for; None takes what the cloud of its endpoint has."""
    batch_scope: str | None = None
    sign_in: str = SIGN_INS[0]

    def __post_init__(self) -> None:
        _check_https("--arm-endpoint", self.arm_endpoint)
        if self.sign_in not in SIGN_INS:
            raise UsageProblem(
                f"There is no way to sign in called {self.sign_in}.",
                f"The ways are {', '.join(SIGN_INS)}.",
                "Name one of them with --sign-in, or leave it out.",
            )
        if self.authority is not None:
            _check_https("--authority", self.authority)
        for option, scope in (("--arm-scope", self.arm_scope), ("--batch-scope", self.batch_scope)):
            if scope is not None:
                _check_https(option, scope)
        if self.ca_file is not None and (why := _no_file(self.ca_file)):
            raise UsageProblem(
                f"The CA file {self.ca_file} cannot be used.",
                why,
                "Give --ca-file the path of a PEM file with the certificate authority, or leave it out.",
            )


def _no_file(path: Path) -> str:
    try:
        return "" if S_ISREG(path.stat().st_mode) else "It is not a file."
    except FileNotFoundError:
        return "There is no such file."
    except OSError as error:
        return f"It cannot be looked at: {error.strerror}."


def typed_path(given: str) -> Path:
    """What somebody wrote as a path, a leading ~ being a home directory. Raises UsageProblem."""
    try:
        return Path(given).expanduser()
    except RuntimeError as error:
        raise UsageProblem(
            f"{given} cannot be used.",
            f"There is no home directory of {given.partition('/')[0]}.",
            "Give the whole path.",
        ) from error


def home() -> Path:
    """The data directory: runs, evidence, logs. It may not exist yet."""
    if given := os.environ.get("TROUBLESHOOTER_HOME"):
        return typed_path(given)
    from platformdirs import user_state_path  # noqa: PLC0415 - 5 ms of every start, where it is not asked

    return user_state_path("batch-kv-troubleshooter", appauthor=False)


def rehearsals() -> Path:
    """Where runs of the demo lie: their Azure ended with the process that made it."""
    return home() / "demo"


def playbooks_folder() -> Path:
    """Where playbooks and rules lie: inside an installed package, or beside it in the source tree."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_playbooks", package.parent / "playbooks"):
        if folder.is_dir():
            return folder
    raise NotFound(
        "The playbooks are missing.",
        f"Neither {package / '_playbooks'} nor {package.parent / 'playbooks'} exists.",
        "Install the program again, or run it from a complete source tree.",
    )


def _check_https(option: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        fine = False
    if not fine or parts.username is not None or parts.query or parts.fragment:
        raise UsageProblem(
            f"{option} {url!r} cannot be used.",
            "It must be an https:// address, since a sign-in token is sent there.",
            f"Give {option} an address such as {PUBLIC_ARM}.",
        )


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where Azure is, beside the public cloud; journaled, so that a resumed run reaches the same one."""

    arm_endpoint: str | None = None
    authority: str | None = None
    ca_file: str | None = None
    arm_scope: str | None = None
    batch_scope: str | None = None
    sign_in: str | None = None
    cloud: str | None = None

    def settings(self, subscription: str) -> CloudSettings:
        settings = CloudSettings(subscription, sign_in=self.sign_in or SIGN_INS[0])
        if self.cloud:
            settings = replace(settings, arm_endpoint=self._of_cloud())
        if self.arm_endpoint:
            settings = replace(settings, arm_endpoint=self.arm_endpoint)
        if self.authority:
            settings = replace(settings, authority=self.authority)
        if self.ca_file:
            settings = replace(settings, ca_file=Path(self.ca_file))
        return replace(settings, arm_scope=self.arm_scope or None, batch_scope=self.batch_scope or None)

    def _of_cloud(self) -> str:
        known = CLOUDS.get(self.cloud or "")
        if known is None or self.arm_endpoint not in {None, "", known}:
            raise UsageProblem(
                f"--cloud {self.cloud} cannot be used.",
                f"The clouds are {', '.join(CLOUDS)}; another one is given by its endpoints, and not both.",
                "Give --cloud, or --arm-endpoint with --authority, --arm-scope and --batch-scope.",
            )
        return known
