"""Every reader of analyze and of lint, fed with whatever a file may hold, all the way to what is shown."""

from __future__ import annotations

import atexit
import io
import json
import tempfile
import zipfile
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fuzz import forms
from tests.known import KNOWN
from troubleshooter.analyse import load_rules
from troubleshooter.analyse.particulars import particulars
from troubleshooter.analyse.probe import PROBED
from troubleshooter.analyse.sources import sources
from troubleshooter.analyse.timeline import moment_json, timeline
from troubleshooter.cli.entry import run
from troubleshooter.cli.sarif import sarif
from troubleshooter.diagnosis import diagnosis
from troubleshooter.errors import ExitCode
from troubleshooter.fence import LeftOut, fence
from troubleshooter.lint import lint_text
from troubleshooter.printer import Form, Printer
from troubleshooter.redact import Redactor
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.matched import in_signs
from troubleshooter.report.text import diagnosis_text
from troubleshooter.report.ticket_files import files_ticket
from troubleshooter.report.ticket_paper import LINES, WIDTH
from troubleshooter.settings import playbooks_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.analyse import RuleBook
    from troubleshooter.model.finding import Diagnosis

_REDACTOR = Redactor(["opensesame-42"], b"salt")
GOOD = (
    "tvm-1_1-p/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service.log",
    (
        b"2026-11-22 20:01:02: <info> [CertificateManager] Refreshing 'https://kv.vault.azure.net/secrets/a/'"
        b' failed with exception: {"error":{"code":"Forbidden","message":"Caller is not authorized to perform'
        b' action on resource.","innererror":{"code":"ForbiddenByRbac"}}}\n'
    ),
)
"""A file of which it is known what it says."""
GOOD_SETTINGS = (
    b'{"secretsManagementSettings": {"pollingIntervalInS": 3600,'
    b' "observedCertificates": ["https://kv.vault.azure.net/secrets/a"]}}'
)


_URL = b"https://kv.vault.azure.net/secrets/a"
_ANSWERS = tuple(
    PROBED + b"head\tfail\t10\t/etc/x.settings\tvault\n" + b"".join(lines)
    for lines in (
        (
            b"vault\tfail\t31\t"
            + _URL
            + b"\tit answered 403 Forbidden ForbiddenByRbac: Caller is not authorized\n",
        ),
        (b"dns\tfail\t5\tkv.vault.azure.net\tcannot resolve\n", b"tcp\tunknown\t0\t\tnot asked\n"),
        (b"clock\tfail\t0\t\t3600 s behind both\n", b"identity\tpass\t12\t\tone identity\n"),
        (b"tls\tfail\t40\tkv.vault.azure.net\tself-signed certificate in certificate chain\n",),
    )
)
_MANIFESTS = tuple(
    json.dumps(manifest).encode()
    for manifest in (
        {
            "bundle": "collect-1",
            "files": [{"path": f"evidence/{GOOD[0]}", "node": "vm:1", "name": "/var/log/a"}],
        },
        {"bundle": "collect-1", "files": [{"path": "evidence/none", "node": None, "name": 7}]},
        {"bundle": "collect-1", "version": 1, "files": []},
        {"version": 1},
    )
)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a diagnosis says by one file: rule, line and words of each proof, and how severe it is."""

    proofs: frozenset[tuple[str, str, int, str]]

    @classmethod
    def of(cls, diagnosis: Diagnosis, file: str) -> Saying:
        told = ((finding, place) for finding in diagnosis.findings for place in finding.evidence)
        return cls(
            frozenset((one.id, at.file[-40:], at.line, at.text) for one, at in told if at.file.endswith(file))
        )


@cache
def _folder() -> Path:
    """One for all: to make and remove a folder takes longer than to read a file."""
    made = tempfile.TemporaryDirectory()
    atexit.register(made.cleanup)
    return Path(made.name)


@cache
def rules() -> RuleBook:
    return load_rules(playbooks_folder() / "rules", known=KNOWN)


def analysed(*files: tuple[str, bytes]) -> Diagnosis:
    """The files, through all that the command does with them."""
    paths = []
    for name, data in files:
        path = _folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        paths.append(str(path))
    with sources(paths) as found:
        said = diagnosis(found.files, rules(), clean=_REDACTOR.text, found=found)
        moments = timeline(found.files, found)
        stated = particulars(found.files, found)
    json.dumps([diagnosis_json(said), [moment_json(moment) for moment in moments]])
    assert in_signs(diagnosis_text(said)).replace("\n", "").isprintable()
    ticket = files_ticket(
        replace(said, particulars=stated), len(files), [str(left) for left in found.left_out]
    )
    assert len(ticket.splitlines()) <= LINES
    assert all(len(line) <= WIDTH and line.isprintable() for line in ticket.splitlines())
    return said


def linted(form: str, data: bytes) -> None:
    """Under each name that such a file may have."""
    text, left = data.decode("utf-8", "replace"), list[LeftOut]()
    for suffix in forms.SUFFIXES[form]:
        with fence(f"x{suffix}", left.append):
            found = lint_text(text, f"x{suffix}", KNOWN)
            json.dumps(sarif([(finding, None) for finding in found.findings], [], KNOWN))
            assert all(
                0 <= finding.line <= text.count("\n") + text.count("\r") + 1 for finding in found.findings
            )
            for correction in found.corrections:
                correction.text(frozenset())
    assert all(told.why and not told.traceback for told in left)


def collected(data: bytes) -> None:
    """In a packed folder of logs, under each name that decides how something is read."""
    packed = io.BytesIO()
    root = "tvm-2/var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.1.1"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("status/0.status", "config/0.settings", "config/HandlerStatus", "a.log", "a.json.gz"):
            archive.writestr(f"{root}/{name}", data)
    analysed(("collected.zip", packed.getvalue()))


def probed(data: bytes) -> None:
    """As what a node answered when it was asked itself."""
    analysed(("tvm-3/answers/probe.txt", data))


def bundled(data: bytes) -> None:
    """As the manifest of a bundle: whatever it says, the log in it is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("collect-1/manifest.json", data)
        archive.writestr("collect-1/findings.txt", b"it failed\n")
        archive.writestr(f"collect-1/evidence/{GOOD[0]}", GOOD[1])
    assert "kv-403-rbac" in {one.id for one in analysed(("bundled.zip", packed.getvalue())).findings}


def beside(data: bytes) -> None:
    """A bad file of another node, before, behind or packed with it, changes nothing that a good one says."""
    alone = _alone()
    for name in ("tvm-0/bad", "tvm-9/bad"):
        assert Saying.of(analysed((name, data), GOOD), GOOD[0]) == alone
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tvm-0/bad", data)
        archive.writestr(*GOOD)
    assert Saying.of(analysed(("both.zip", packed.getvalue())), GOOD[0]) == alone


def linted_beside(data: bytes) -> None:
    """The same of the linter's command, whatever the bad one's name makes of it."""
    names = [suffix for each in forms.SUFFIXES.values() for suffix in each]
    bad, good = _folder() / f"bad{names[len(data) % len(names)]}", _folder() / "good.settings"
    bad.write_bytes(data)
    good.write_bytes(GOOD_SETTINGS)
    alone = _findings(good, good)
    assert [finding["id"] for finding in alone] == ["kv-config-not-a-string"]
    assert _findings(good, bad, good) == _findings(good, good, bad) == alone


def _findings(of: Path, *files: Path) -> list[dict[str, Any]]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["lint", *map(str, files), "--output", "json"], Printer(Form.JSON, out, err, {}))
    if code == ExitCode.INTERRUPTED:  # the command heard the ctrl+C that was meant for the whole round
        raise KeyboardInterrupt
    assert code != ExitCode.BUG, err.getvalue()
    return [finding for finding in json.loads(out.getvalue())["findings"] if finding["file"] == str(of)]


@cache
def _alone() -> Saying:
    alone = Saying.of(analysed(GOOD), GOOD[0])
    assert alone.proofs
    return alone


def _analysed(name: str, data: bytes) -> None:
    analysed((name, data))


@cache
def targets() -> dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]]:
    """By name what is fed, and what to start from."""
    found: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {}
    for form in forms.FORMS:
        given = forms.inputs(form)
        contents = tuple(data for _, data in given)
        found[f"analyze {form}"] = (partial(_analysed, f"x{forms.SUFFIXES[form][0]}"), contents)
        if form != "packed":
            found[f"lint {form}"] = (partial(linted, form), contents)
    every = tuple(data for form in forms.FORMS for _, data in forms.inputs(form))
    return {
        **found,
        "collection": (collected, every),
        "probe": (probed, _ANSWERS),
        "bundle": (bundled, _MANIFESTS),
        "beside": (beside, every),
        "lint beside": (linted_beside, every),
    }
