from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import consent, everywhere, option
from troubleshooter.errors import ExitCode, first_of
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from troubleshooter.cli.bundle.of_nodes import Packed
    from troubleshooter.cli.bundle.shelf import Shelf
    from troubleshooter.collect.nodes import NodeCollection, NodeLogin
    from troubleshooter.collect.roads.machine.road import Machines
    from troubleshooter.printer import Printer


@click.command()
@click.argument("machines", nargs=-1, required=True, metavar="ssh://USER@HOST[:PORT]...")
@option("--out", "-o", metavar="BUNDLE", required=True, help="Where to write the bundle, a .tar.gz.")
@option(
    "--identity", "-i", metavar="KEY",
    help="The private key to sign in with; unless said the agent's, and those of ~/.ssh.",
)  # fmt: skip
@option("--jump", metavar="HOST", help="Go by this host: HOST, USER@HOST or USER@HOST:PORT.")
@consent(
    "--accept-new", is_flag=True,
    help="Take hosts that no known_hosts names, and write them there. A changed key is refused all the same.",
)  # fmt: skip
@option("--no-probe", is_flag=True, help="Read files alone, and ask the machines nothing.")
@option(
    "--jobs", metavar="N", type=click.IntRange(1, 64), default=8, show_default=True, help="Machines at once."
)
@everywhere()
@click.pass_obj
def command(printer: Printer, /, machines: tuple[str, ...], out: str, **given: Any) -> int:
    """Collect from machines that you reach already, without Azure, and find causes.

    Any virtual machine, scale set or Arc machine with this extension. What a run reads of a node is read over
    SSH, redacted, and written as one bundle, which `analyze` reads here and elsewhere. Each machine is asked
    itself, too: it gets a token and reads the secret as its extension would, and keeps neither. Nothing is
    changed there.
    """
    from troubleshooter.cli.bundle.of_nodes import pack
    from troubleshooter.cli.bundle.packed import check_place
    from troubleshooter.cli.bundle.shelf import Shelf
    from troubleshooter.engine.evidence import EvidenceStore

    check_place(Path(out))
    road = _road(machines, given, printer.warn)
    with tempfile.TemporaryDirectory(prefix="troubleshooter-") as folder:
        shelf = Shelf(Path(folder), EvidenceStore(Path(folder), printer.redactor))
        found, halted = _collected(road, shelf, given, printer)
        sources = {node: _source(login, road.jump) for node, login in road.logins.items()}
        return _told(printer, pack(shelf, found, sources, Path(out), printer.redactor), halted=halted)


def _road(machines: Sequence[str], given: dict[str, Any], say: Callable[[str], None]) -> Machines:
    """All that is asked of the operator is asked here, before any machine is."""
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.roads.machine.address import address, jump_address, logins
    from troubleshooter.collect.roads.machine.identities import named, usual
    from troubleshooter.collect.roads.machine.known_hosts import users_own
    from troubleshooter.collect.roads.machine.road import Machines
    from troubleshooter.settings import typed_path

    to = logins([address(text) for text in machines])
    by = jump_address(given["jump"]) if given["jump"] else None
    jump = NodeLogin(by.host, by.host, by.port, by.user) if by else None
    hosts = users_own(Path.home())
    key = given["identity"]
    identities = named(typed_path(key), _ask) if key else usual(Path.home() / ".ssh", _ask)
    return Machines(to, identities, hosts, say, given["accept_new"], jump)


def _ask(question: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    return str(click.prompt(question, hide_input=True, err=True, default="", show_default=False))


def _collected(
    road: Machines, shelf: Shelf, given: dict[str, Any], printer: Printer
) -> tuple[tuple[NodeCollection, ...], bool]:
    """What came of each node, and whether the operator stopped it before its end."""
    from troubleshooter.cli.headless import interrupts
    from troubleshooter.collect.fanout import Halted, collect_nodes
    from troubleshooter.collect.wanted import wanted
    from troubleshooter.extensions import shipped
    from troubleshooter.model.progress import Collecting

    def show(done: int, failed: int, total: int, latest: str) -> None:
        printer.follow(Collecting("collect", done, failed, total, latest))

    cancel = threading.Event()
    with interrupts(printer, cancel, "Collect again."):
        try:
            what = wanted(shipped()[0], asked=None if given["no_probe"] else ())
            found = collect_nodes(road, tuple(road.logins), shelf.keep, cancel, show, what, given["jobs"])
        except Halted as halted:
            return _with_the_rest(road, shelf, halted.found), True
    return found, False


def _with_the_rest(
    road: Machines, shelf: Shelf, found: tuple[NodeCollection, ...]
) -> tuple[NodeCollection, ...]:
    """Of a node that was stopped at, what had come until then."""
    from troubleshooter.collect.nodes import INTERRUPTED, NodeCollection

    by_node = {each.node: each for each in found}
    rest = {
        node: NodeCollection(
            node, tuple(shelf.by_node.get(node, ())), problem=INTERRUPTED, reason="interrupted"
        )
        for node in road.logins
        if node not in by_node
    }
    return tuple((by_node | rest)[node] for node in road.logins)


def _source(login: NodeLogin, jump: NodeLogin | None) -> str:
    from troubleshooter.collect.roads.machine.address import Address

    place = str(Address(login.user, login.host, login.port))
    return f"{place} by {Address(jump.user, jump.host, jump.port)}" if jump else place


def _told(printer: Printer, packed: Packed, *, halted: bool) -> int:
    from troubleshooter.model.step import ErrorText
    from troubleshooter.report.counted import counted
    from troubleshooter.report.json_report import diagnosis_json
    from troubleshooter.report.machines import machines_text
    from troubleshooter.report.text import diagnosis_text

    stopped = halted or packed.diagnosis is None
    document = {
        "version": 1,
        "bundle": str(packed.out),
        "sha256": packed.sha256,
        "nodes": packed.nodes,
        "diagnosis": diagnosis_json(packed.diagnosis) if packed.diagnosis else None,
        "left_out": packed.left_out,
    }
    lines = [machines_text(packed.nodes, printer.width), ""]
    if packed.diagnosis and packed.files:
        lines += [diagnosis_text(packed.diagnosis, printer.width), ""]
    lines.append(f"{counted(packed.files, 'file')} in {visible(str(packed.out))}, and its checksum beside it")
    code = _code(packed, stopped=stopped)
    error = None
    if stopped:
        do = f"What had come is in the bundle: troubleshooter analyze {packed.out}"
        error = ErrorText("Interrupted.", "It was asked to stop.", do, int(code))
    printer.result(document, "\n".join(lines), error)
    return code


def _code(packed: Packed, *, stopped: bool) -> ExitCode:
    from troubleshooter.cli.analyze import exit_code

    if stopped or packed.diagnosis is None:
        return ExitCode.INTERRUPTED
    whole = all(node["state"] == "complete" for node in packed.nodes) and not packed.left_out
    return first_of({exit_code(packed.diagnosis, complete=whole)})
