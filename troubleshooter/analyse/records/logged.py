"""Records of logs: diagnostic logs of Key Vault and Batch, the journal of systemd, events of Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records.said import Read, Said, shown

if TYPE_CHECKING:
    from troubleshooter.analyse.records.said import At, Keys

_OF_A_VAULT = ("requesturi", "isaddressauthorized", "isrbacauthorized", "addrauthtype")
_CHALLENGE = 401
"""Clients of Key Vault ask once without a token, to be told where to get one: documented, and no failure."""
_LEVELS = {"error": True, "critical": True, "warning": None, "information": False, "verbose": False}


def request(record: Keys, _: At) -> Read | None:
    """A request to a vault, as its diagnostic log has it."""
    answer = record.number("httpstatuscode")
    if answer is None or not any(key in record for key in _OF_A_VAULT):
        return None
    parts = [
        f"Key Vault {record.text('operationname')}: HTTP {answer} {record.text('resultsignature')}".strip()
    ]
    parts += [record.text("resultdescription")]
    parts += [
        f"{name}={shown(record.get(name.lower())).lower()}"
        for name in ("isAddressAuthorized", "isRbacAuthorized", "isAccessPolicyMatch")
        if record.get(name.lower()) not in {None, ""}
    ]
    if address := record.text("calleripaddress", "clientip"):
        parts.append(f"Client address: {address}")
    parts += [record.text("requesturi", "id")]
    wrong = answer >= 400 and answer != _CHALLENGE
    near = record.text("resultdescription", "requesturi", "correlationid")
    if not wrong:
        return Read(
            (Said(f"Key Vault {record.text('operationname')}: HTTP {answer}", False, FileKind.TEXT),),
            whole=True,
        )
    return Read((Said("; ".join(filter(None, parts)), True, FileKind.TEXT, near=near),), whole=True)


def batch(record: Keys, _: At) -> Read | None:
    """An event of Batch's service log that says how something ended."""
    result = record.text("resultcode")
    if not result or not ("resultmessage" in record or record.text("category") == "ServiceLog"):
        return None
    wrong = result.lower() not in {"success", "succeeded"}
    parts = [record.text("operationname"), result, record.text("resultmessage")]
    said = Said(
        ": ".join(filter(None, parts)), wrong, FileKind.RESIZE_ERRORS, near=record.text("resultmessage")
    )
    return Read((said,), whole=True)


def journal(record: Keys, _: At) -> Read | None:
    """An entry of the journal, as `journalctl -o json` prints it: odd bytes make its message a list."""
    message = record.get("message")
    if not any(key in record for key in ("priority", "systemdunit", "syslogidentifier", "transport")):
        return None
    if isinstance(message, list):
        message = bytes(one & 255 for one in message if isinstance(one, int)).decode("utf-8", "replace")
    if not isinstance(message, str):
        return None
    priority = record.number("priority")
    wrong = True if priority is not None and priority <= 3 else None
    return Read((Said(message, wrong, FileKind.JOURNAL, near=message),), whole=True)


def windows(record: Keys, _: At) -> Read | None:
    """An event of Windows, as PowerShell, wevtutil or the event viewer print it."""
    level = record.text("leveldisplayname", "level", "entrytype").lower()
    message = record.text("message", "description")
    if (
        level not in _LEVELS
        or not message
        or not any(k in record for k in ("providername", "source", "eventid"))
    ):
        return None
    source = record.text("providername", "source")
    told = f"{source}: {message}" if source else message
    return Read((Said(told, _LEVELS[level], FileKind.TEXT, near=message),), whole=True)
