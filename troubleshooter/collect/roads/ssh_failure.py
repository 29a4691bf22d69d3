"""Why SSH did not come to be, told apart. How it is told to people is the affair of the road it failed on."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The values are a contract with scripts: `collect` shows them."""

    UNRESOLVED = "name-not-known"
    NO_NAME_SERVICE = "name-service-silent"
    REFUSED = "refused"
    NO_ROUTE = "no-route"
    NO_ANSWER = "no-answer"
    NETWORK = "network"
    CLOSED = "closed-before-ssh"
    TURNED_AWAY = "turned-away"
    """It said in words that it takes nobody now."""
    NOT_SSH = "not-ssh"
    SILENT = "silent"
    """It took the connection and said nothing."""
    STUCK = "stuck"
    """It greeted, and then gave no answer in time."""
    OLD_VERSION = "ssh-version-1"
    NOTHING_IN_COMMON = "no-common-algorithm"
    BROKE_OFF = "broke-off"
    HOST_KEY_UNKNOWN = "host-key-unknown"
    HOST_KEY_CHANGED = "host-key-changed"
    HOST_KEY_REVOKED = "host-key-revoked"
    NO_KEY_SIGN_IN = "no-sign-in-by-key"
    KEY_REFUSED = "key-refused"
    TOO_MANY_KEYS = "too-many-keys"
    MORE_WANTED = "more-than-a-key"
    NOT_SIGNED = "key-did-not-sign"
    NO_FORWARDING = "no-forwarding"
    """Of a jump host."""
    NO_SESSION = "no-session"
    NO_SHELL = "no-shell"
    NO_SH = "no-sh"
    DISK_FULL = "disk-full"
    ENDED = "ended-halfway"
    NO_FILES = "no-files"
    LIMIT = "limit"


class SshFailed(Exception):
    """One try failed."""

    def __init__(self, reason: Reason, said: str = "") -> None:
        super().__init__(f"{reason}: {said}")
        self.reason = reason
        self.said = said
        """What the system, the other side or the library said of it, as the end of a sentence."""
