"""What keeps no node from its certificate, and spoils it: its dates, and a version that is not the newest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, capital, failed, not_applicable, of_all, passed, proof
from troubleshooter.checks.reading import below, objects, same
from troubleshooter.checks.stored import stored
from troubleshooter.model.finding import Fix, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from troubleshooter.checks.stored import Stored
    from troubleshooter.model.reply import Facts, Wanted

_GIVEN_ALL_THE_SAME = "the vault gives it all the same (documented); whoever uses it refuses it"


def certificates_hold_today(facts: Facts) -> Outcome:
    """cert-expired: the version that is read ended, or begins later."""
    return of_all(_dates(facts, wanted) for wanted in facts.wanted)


def newest_is_read(facts: Facts) -> Outcome:
    """kv-url-pinned: the URL names a version, and there is a newer one that is enabled."""
    return of_all(_pinned(facts, wanted) for wanted in facts.wanted)


def day(moment: Any) -> str:
    """In UTC, of seconds since 1970."""
    if not isinstance(moment, int | float):
        return "a day that is not told"
    try:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):  # of no calendar
        return "a day that is not told"


def _dates(facts: Facts, wanted: Wanted) -> Outcome:
    found = stored(facts, wanted)
    if isinstance(found, Outcome):
        return found
    if facts.now is None:
        return Outcome(Verdict.UNKNOWN, missing="it is not known which day it is")
    now = facts.now.timestamp()
    begins, ends = found.attributes.get("nbf"), found.attributes.get("exp")
    if not found.attributes or not all(isinstance(one, int | float | None) for one in (begins, ends)):
        # of one without dates both are left out, and `attributes` is there all the same (the specification)
        return Outcome(Verdict.UNKNOWN, missing=f"{found.reply.name} does not show its dates")
    if isinstance(ends, int | float) and ends < now:
        return _not_today(facts, wanted, found, "exp", f"ended {day(ends)}")
    if isinstance(begins, int | float) and begins > now:
        return _not_today(facts, wanted, found, "nbf", f"does not hold before {day(begins)}")
    until = f"until {day(ends)}" if ends else "without an end"
    return passed(f"{found.which} of {wanted.name} holds {until} ({found.reply.name})")


def _not_today(facts: Facts, wanted: Wanted, found: Stored, field: str, said: str) -> Outcome:
    told = f"{found.which} of {wanted.name} {said}"
    return failed(
        told,
        proof(found.reply, f"{found.at}.attributes.{field}", said),
        doubt=f"It is seen in the vault; {_GIVEN_ALL_THE_SAME}.",
        severity=Severity.WARNING,
        says=f"{capital(told)}{_not_renewed(facts, wanted)}: {_GIVEN_ALL_THE_SAME}.",
        fixes=(Fix(f"Renew the certificate {wanted.name} in {wanted.host.partition('.')[0]}"),),
    )


def _not_renewed(facts: Facts, wanted: Wanted) -> str:
    """Where the certificate's policy is known not to renew it."""
    policy = facts.of(Kind.CERTIFICATE, wanted.url)
    if not policy.known:
        return ""
    actions = {
        str(below(one, "action").get("action_type", "")).lower()
        for one in objects(policy.body.get("lifetime_actions"))
    }
    return "" if "autorenew" in actions else ", and its policy does not renew it"


def _pinned(facts: Facts, wanted: Wanted) -> Outcome:
    if not wanted.version:
        return not_applicable(f"the URL of {wanted.name} pins no version")
    newest = stored(facts, replace(wanted, version=""))
    if isinstance(newest, Outcome):
        return newest
    if not newest.name:
        return Outcome(Verdict.UNKNOWN, missing=f"{newest.reply.name} does not say which version it is")
    if same(newest.name, wanted.version):
        return passed(f"the URL of {wanted.name} pins the newest version so far ({newest.reply.name})")
    made = day(newest.attributes.get("created"))
    said = f"the URL pins version {wanted.version} of {wanted.name}, and a newer one was made {made}"
    return failed(
        said,
        proof(newest.reply, f"{newest.at}.attributes.created", f"{newest.name} {made}"),
        doubt="Nodes get the older one; whether that is meant is not told.",
        severity=Severity.WARNING,
        says=f"{capital(said)}: nodes stay at the older one.",
    )
