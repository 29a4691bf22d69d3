"""What we conclude, how sure we are, and what would cure it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.incident import Incident, Tries
from troubleshooter.model.particular import Particular

SILENCE = "nothing in it says so"
"""In why a check passed: no fact excludes it, but it would stand in what was read."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Confidence(StrEnum):
    """How sure a finding is; `unknown` is not a confidence but a verdict."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Verdict(StrEnum):
    """How a rule ended. Not having seen is never passing."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outside:
    """A change that lies outside the pool's definition and is the administrator's to make."""

    kind: str
    """assign-role, allow-network, create-secret, …: which command generator applies."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the generator needs: role, scope, principal, vault, secret, …; unknown values are absent."""

    @property
    def provable(self) -> bool:
        """Whether a pool beside the original meets it: one in no subnet reaches no private endpoint."""
        return not (self.kind == "private-endpoint" and self.values.get("no_subnet"))


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to cure a finding: a patch of the pool's definition, a change outside of it, or both."""

    summary: str
    patch: tuple[Mapping[str, Any], ...] = ()
    """JSON Patch (RFC 6902) on the pool's ARM definition. `${identity}` stands for a value of `needs`."""
    outside: Outside | None = None
    needs: tuple[str, ...] = ()
    """Gates whose answers the patch needs before it can be applied, e.g. ("identity",)."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """Form (az, powershell, bicep, terraform) to text for the operator to run."""

    @property
    def provable(self) -> bool:
        """Whether a run can prove it: it says what to change, or what somebody else is to change."""
        return bool(self.patch or (self.outside and self.outside.provable))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, with its proof."""

    id: str
    severity: Severity
    confidence: Confidence
    title: str
    evidence: tuple[Evidence, ...]
    explanation: str
    nodes: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    sources: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    """Ids of findings that are symptoms of this one."""
    confirm: tuple[str, ...] = ()
    """How an operator makes sure of it."""
    count: int = 0
    """Lines that say so in all files; 0 where no lines were counted."""
    remark: str = ""
    """The end of the explanation: what the other findings and the other nodes add to it."""
    why_not_surer: str = ""
    """Why it is not confirmed; empty where it is, and in what earlier versions wrote down."""
    exact: bool = False
    """It knows which explanation holds: its words go before those of a witness who lists what is possible."""
    extension: str | None = None
    """Whose failure it is: the id of a known extension (playbooks/extensions), or another's name as written.

    None where it is no extension's, or nothing says whose.
    """
    another: bool = False
    """It is the failure of another extension than those that are looked for."""
    elsewhere: bool = False
    """It tells of the address that a node leaves by, and was seen where that is not the pool's own."""
    first: str = ""
    """When it was first said, in UTC; empty where no line tells its time."""
    last: str = ""
    apart: str = ""
    """Why it is not of the incident: all of it was said before, or outside what was asked for; else empty."""


@dataclass(frozen=True, slots=True)
class Check:
    """How one rule ended."""

    id: str
    verdict: Verdict
    missing: str = ""
    """For unknown: what would have decided it."""
    because: str = ""
    """The fact that decided it, and where it stands; empty where nothing did."""
    title: str = ""
    """The good state that it looks for; empty in what earlier versions wrote down."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything concluded from what was read, causes before symptoms."""

    findings: tuple[Finding, ...] = ()
    checked: tuple[Check, ...] = ()
    unexplained: tuple[Evidence, ...] = ()
    """Error lines that no rule knows, one of each shape with its count."""
    nodes: tuple[str, ...] = ()
    """Every node that something was read of."""
    succeeded: tuple[str, ...] = ()
    """The nodes whose extension reports success."""
    incident: Incident | None = None
    """When it happened; None where no line of an error tells its time."""
    tries: tuple[Tries, ...] = ()
    """Of each log with errors of the extension, how far it is."""
    clocks: tuple[str, ...] = ()
    """Why times of different files cannot simply be compared, each as a sentence."""
    went_well: int = 0
    """Files in which a record says that something went well: they were understood, though no rule passes."""
    particulars: tuple[Particular, ...] = ()
    """What the files state of where it is, of versions and of requests, for whoever asked for it."""

    @property
    def root_cause(self) -> str | None:
        """Id of the first finding of severity error."""
        return next((f.id for f in self.findings if f.severity is Severity.ERROR), None)

    @property
    def cause(self) -> Finding | None:
        return next((f for f in self.findings if f.severity is Severity.ERROR), None)

    @property
    def provable(self) -> tuple[tuple[Finding, Fix], ...]:
        """The fixes of errors that a run can prove, the cause's first, each once; fix=N counts from 1."""
        offered: dict[str, tuple[Finding, Fix]] = {}
        for finding in self.findings:
            for fix in finding.fixes if finding.severity is Severity.ERROR else ():
                if fix.provable:
                    offered.setdefault(fix.summary, (finding, fix))
        return tuple(offered.values())
