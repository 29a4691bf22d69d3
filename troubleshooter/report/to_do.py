"""What the reader of a run's result must do now: who, what, and the command for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.model.change import FINAL, ORIGINAL, POOL, STAGE, ChangeState
from troubleshooter.model.finding import Confidence
from troubleshooter.model.handover import Chosen, Collected, CrossChecked, NoNodes, Proved, Stopped, Surveyed
from troubleshooter.model.need import Needs
from troubleshooter.model.step import StepState
from troubleshooter.report.addresses import LASTS, addresses, by_address
from troubleshooter.report.administrator import OWNER, party, whoever_may
from troubleshooter.report.away import command as put_back
from troubleshooter.report.counted import counted
from troubleshooter.report.made_outside import certificate, remark, shows
from troubleshooter.report.needed import commands
from troubleshooter.report.renewal import looked, renewal, resized, signed_in, smaller
from troubleshooter.report.untold import hangs_on
from troubleshooter.report.usual_causes import usual_causes
from troubleshooter.report.way_free import way_free, what_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis, Fix
    from troubleshooter.model.handover import Mend, NoWayIn, PoolInShort
    from troubleshooter.model.run import RunState


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do."""

    text: str
    """A sentence, with who must do it where that is not the reader alone."""
    commands: Mapping[str, str] = field(default_factory=dict)
    """Form (shell, az, bicep, …) to text to copy; empty where there is none."""
    whose: str = OWNER
    """Whose it is to do, as a ticket names them."""


def to_do(state: RunState) -> tuple[ToDo, ...]:
    """In the order in which it is to be done; empty for nothing."""
    if state.rehearsal:
        return (*_outcome(state), *_kept_in_a_demo(state))  # what it took away ends with it
    if away := state.away:
        return (ToDo(f"Put {away.pool} back at once: it does not stand.", _shell(put_back(away))),)
    return (*_outcome(state), *_left(state))


def chosen_fix(state: RunState) -> Fix | None:
    """The fix that was chosen in this run."""
    chosen, offered = state.of(Chosen), state.diagnosis.provable
    return offered[chosen.number - 1][1] if chosen and 0 < chosen.number <= len(offered) else None


def stands_fixed(state: RunState) -> bool:
    """Whether the original itself stands with the proven fix."""
    original = next((each for each in state.changes if each.kind == ORIGINAL), None)
    if original is None or original.state is not ChangeState.REMOVED:
        return False
    return state.verified and original.detail.get(STAGE) == FINAL


def got_no_nodes(state: RunState) -> bool:
    """Whether the debug pool stayed empty, while the original has nodes that something ails."""
    return state.of(NoNodes) is not None and _ill(state) > 0


def _outcome(state: RunState) -> Iterator[ToDo]:
    current = state.current
    failed = current if current is not None and current.state is StepState.FAILED else None
    if failed is not None and failed.error is not None:
        needs = failed.output if isinstance(failed.output, Needs) else None
        asks = commands(needs) if needs else ""
        yield ToDo(failed.error.do, {"az": asks} if asks else {})
    if state.verified:
        yield from _carry_over(state)
    elif failed is not None and not state.diagnosed:
        yield from _make(state, state.likely)
    elif current is None and (free := way_free(state)):
        yield from (ToDo(text, commands) for text, commands in what_now(state, free))
    elif current is None and not state.healthy:
        yield from _unproven(state)
    if current is not None and failed is None:
        yield _go_on(state)


def _carry_over(state: RunState) -> Iterator[ToDo]:
    """What a proven fix asks for."""
    pool, chosen = state.target.pool, state.of(Chosen)
    patch = chosen.patch if chosen else ()
    if stands_fixed(state):
        if patch:
            yield ToDo(
                f"Carry the change into the template that {pool} is created from, where there is one:"
                " its next deployment would bring the fault back."
            )
        if by_address(chosen_fix(state)):
            yield _make_it_last(state)
        yield from _is_it_the_right_one(chosen_fix(state))
        return
    ill = _ill(state)
    if patch:
        stay = (
            f"its {counted(ill, 'node')} {'stays' if ill == 1 else 'stay'} unusable"
            if ill
            else "nothing is cured"
        )
        yield ToDo(
            f"Create {pool} again with the change. Until then {stay}:"
            " the extensions of an existing pool cannot be changed."
        )
        return
    yield from _is_it_the_right_one(chosen_fix(state))
    if opened := by_address(chosen_fix(state)):
        yield _by_addresses_of_its_own(state)
    if ill:
        yield from _nodes_again(state, ill, opened=opened)


def _nodes_again(state: RunState, ill: int, *, opened: bool) -> Iterator[ToDo]:
    """To look, and apart from it what stops nodes: neither is copied with the other."""
    were, they = ("was", "it does") if ill == 1 else ("were", "they do")
    anew = renewal(state)
    others = " New nodes may leave by other addresses, to be let in as well." * opened
    yield ToDo(
        f"Look at {state.target.pool} again: {counted(ill, 'node')} {were} unusable.", {"az": looked(state)}
    )
    yield ToDo(
        f"If {they} not come right in some minutes, {anew.how}. Such nodes do not always recover by"
        f" themselves.{others}",
        {"az": anew.commands} if anew.commands else {},
    )


def _by_addresses_of_its_own(state: RunState) -> ToDo:
    return ToDo(
        f"Look whether every address that the nodes of {state.target.pool} leave by is allowed too, and no"
        " other: the proof's were those of a pool that is gone. As a rule a node leaves by the address at"
        " which it is signed in to; for sure it stands in its own log, in the vault's refusal."
        f" What lasts is {LASTS}.",
        {"az": addresses(state, chosen_fix(state))},
    )


def _make_it_last(state: RunState) -> ToDo:
    """It is well as it stands; what it rests on is not the pool's own."""
    return ToDo(
        "Nothing at once; then make it last. Compare the addresses that the vault lets in with those that the"
        f" nodes of {state.target.pool} leave by. What lasts is {LASTS}.",
        {"az": addresses(state, chosen_fix(state))},
    )


def _is_it_the_right_one(fix: Fix | None) -> Iterator[ToDo]:
    """Of a certificate that was made or brought back: that it can be downloaded does not make it right."""
    if fix is not None and fix.outside and fix.outside.kind == "create-secret":
        yield ToDo(
            "Look whether the certificate in the vault is the one that is wanted: who issued it, and"
            " until when it holds. The proof is that it can be downloaded.",
            certificate(fix),
        )


def _unproven(state: RunState) -> Iterator[ToDo]:
    """Ended without a proof: what is known is to be done, then proven."""
    told = state.diagnosis if state.diagnosed else state.likely
    if _proof_failed(state):
        yield from _look_behind(state)
        return
    if told.cause is not None:
        yield from _make(state, told)
    elif state.diagnosed and not no_way_in(state):
        if any(finding.elsewhere for finding in told.findings):
            yield ToDo(
                f"Look for the cause on {state.target.pool} itself, whose public addresses no other pool can"
                " have: --mode in-place deletes it and creates it again, once its name was typed.",
                {} if state.rehearsal else _shell(_run_in_place(state)),
            )
        yield _unexplained(state)
        return
    if barred := no_way_in(state):
        yield from _without_logs(state, barred, known=told.cause is not None)
        return
    if got_no_nodes(state) and (empty := state.of(NoNodes)):
        if (less := _less(state)) is not None:
            yield ToDo(
                f"Or make room at once. {_leaves_room(state, less)}",
                {"az": f"{signed_in(state)}\n{resized(state, less.dedicated, less.spot)}"},
            )
        yield from _looks(state, empty.looks, empty.mends, "Meanwhile")
        yield ToDo(
            f"Then look for the cause with a new run. With no room for a debug pool, it can work on"
            f" {state.target.pool} itself: --mode in-place deletes that and creates it again.",
            _new_run(state),
        )
        return
    yield from _instead_of_a_debug_pool(state)
    again = (
        "Then prove the fix with a new run."
        if told.cause is not None
        else "Start a new run when you want to go on."
    )
    yield ToDo(again, _new_run(state))


def _instead_of_a_debug_pool(state: RunState) -> Iterator[ToDo]:
    """Stopped at the plan: what keeps a debug pool from nodes, and what can be looked at without one."""
    stopped = state.of(Stopped) or Stopped()
    if free := stopped.too_few:
        yield _make_room(state, free)
    yield from _looks(state, stopped.looks, stopped.mends, "Meanwhile" if free else "Without a debug pool")


def _less(state: RunState) -> PoolInShort | None:
    """The original as small as it leaves room for the debug pool, where it may be made so small."""
    return smaller(state, int(state.options.get("debug_nodes", 1)))


def _leaves_room(state: RunState, less: PoolInShort) -> str:
    to = counted(less.dedicated + less.spot, "node")
    return (
        f"The unusable nodes of {state.target.pool} count too: resized to {to}, it leaves room for a debug"
        " pool; resize it back at the end."
    )


def _make_room(state: RunState, free: str) -> ToDo:
    text = f"Ask for more quota, or free some cores: {free}."
    less = _less(state)
    if less is not None:
        text += f" {_leaves_room(state, less)}"
    text += (
        " With no room for a debug pool, a run can work"
        f" on {state.target.pool} itself: --mode in-place deletes that and creates it again."
    )
    if less is None:
        return ToDo(text)
    return ToDo(text, {"az": f"{signed_in(state)}\n{resized(state, less.dedicated, less.spot)}"})


def _without_logs(state: RunState, barred: NoWayIn, *, known: bool) -> Iterator[ToDo]:
    """Where no node can be signed in to: another way to the logs, and what is looked at without them."""
    if known:
        yield ToDo("Then look whether new nodes become idle: on this pool a fix cannot be proven from here.")
        if shut_out(state):
            yield ToDo(f"To have nodes looked at and a fix proven by a new run: {barred.do}")
        return
    yield from _looks(state, barred.looks, barred.mends, "Without logs")
    yield ToDo(f"If no cause shows: {barred.do}" if barred.looks else barred.do)


def _looks(state: RunState, commands: str, mends: tuple[Mend, ...], when: str) -> Iterator[ToDo]:
    if commands:
        told = usual_causes(commands, mends, when, renewal(state).how)
        yield from (ToDo(text, {"az": command} if command else {}) for text, command in told)


def _proof_failed(state: RunState) -> bool:
    return any(isinstance(each.output, Proved) and not each.output.proven for each in state.steps)


def _look_behind(state: RunState) -> Iterator[ToDo]:
    """The fix was there, and the extension still fails: to order it once more would help nobody."""
    fix = chosen_fix(state)
    if fix is not None and fix.outside:
        yield ToDo(
            f"Make sure that this was done some minutes before the proof: {fix.summary}. It stays as it is:"
            f" nothing here takes it back.{remark(fix)}",
            shows(fix),
        )
    proved = state.of(Proved)
    if proved is not None:
        yield from _looks(state, proved.looks, proved.mends, "Meanwhile")
    yield ToDo(
        "Then look for a second cause with a new run: one fault hides those behind it. A vault names only the"
        " first door that is shut: its network, then the permission, then the certificate. Which it is now"
        " is not known: the log of a node that is unusable cannot be read.",
        _new_run(state),
    )


def _unexplained(state: RunState) -> ToDo:
    collected = state.of(Collected)
    lines, unread = state.diagnosis.unexplained, collected.failed if collected else {}
    if unread:
        return ToDo(
            f"See to it that {counted(len(unread), 'node')} can be read, since the cause may stand in"
            f" {'its' if len(unread) == 1 else 'their'} logs, and start a new run. What failed:"
            f" {next(iter(unread.values()))}",
            _new_run(state),
        )
    if not lines and (crossed := state.of(CrossChecked)) and (told := hangs_on(crossed.checks)):
        return ToDo(told, _shell(f"troubleshooter check {state.target.resource_id}"))
    if not lines:
        return ToDo(
            "Hand everything that was read, with the report, to whoever knows the pool's image and network."
            " This packs it, with secrets taken out:",
            _shell(f"troubleshooter runs export {state.id} --out {state.id}.tar.gz"),
        )
    first = lines[0]
    where = f"{first.file.rpartition('/')[2]}{f':{first.line}' if first.line else ''}"
    kinds = counted(len(lines), "kind")
    return ToDo(
        f"Read the {kinds} of error lines that fit no known failure, below in the report and with f on the"
        f" screen; the first stands in {where}.",
        _shell(f"troubleshooter report {state.id}"),
    )


def _new_run(state: RunState) -> dict[str, str]:
    return {} if state.rehearsal else _shell(f"troubleshooter run {state.target.resource_id}")


def _run_in_place(state: RunState) -> str:
    return f"troubleshooter run {state.target.resource_id} --mode in-place"


def _make(state: RunState, diagnosis: Diagnosis) -> Iterator[ToDo]:
    """Have the fix made: the chosen one, or the first of the cause."""
    cause = diagnosis.cause
    if cause is None:
        return
    fix = chosen_fix(state) or next(iter(cause.fixes), None)
    if fix is None:
        yield ToDo(f"No fix is known for it. {cause.explanation}")
        return
    who = whoever_may(fix.outside.kind) if fix.outside else ""
    certain = cause.confidence is Confidence.CONFIRMED
    unsure = "" if certain else ", if the likely cause is the right one"
    whose = party(fix.outside.kind) if fix.outside else OWNER
    yield ToDo(f"{who or 'You'} must do this{unsure}: {fix.summary}.", fix.commands, whose)


def _go_on(state: RunState) -> ToDo:
    if state.rehearsal:
        asked = f"answer its question: {state.question.text}" if state.question else "go on with it."
        return ToDo(
            f"While the demo is open, {asked} Once it is closed, begin it anew: its Azure ends with it.",
            _shell(state.anew),
        )
    again = f"troubleshooter runs resume {state.id}"
    if state.question:
        return ToDo(f"Answer the question of this run: {state.question.text}", _shell(again))
    return ToDo("Go on with this run: it has not come to its end.", _shell(again))


def _left(state: RunState) -> Iterator[ToDo]:
    if state.current is not None and state.current.state is not StepState.FAILED:
        return  # the run itself still takes it back
    if known := [change for change in state.open_changes if not change.unknown]:
        names = ", ".join(change.id for change in known)
        pools = sum(change.kind == POOL for change in known)
        cost = f" {'A pool costs' if pools == 1 else 'Pools cost'} money until then." if pools else ""
        yield ToDo(f"Take back what is left in Azure: {names}.{cost}", _clean_up(state))
    if unknown := [change.id for change in state.open_changes if change.unknown]:
        yield ToDo(f"Look again whether it came about: {', '.join(unknown)}.", _clean_up(state))


def _kept_in_a_demo(state: RunState) -> Iterator[ToDo]:
    """What the demo left is told as a run would tell it, without a command that has no Azure any more."""
    pools = [change.id for change in state.open_changes if change.kind == POOL and not change.unknown]
    if state.current is None and pools:
        it, costs = ("it", "It costs") if len(pools) == 1 else ("they", "They cost")
        yield ToDo(
            f"Remove what was kept: {', '.join(pools)}. {costs} money as long as {it} exist"
            f"{'s' * (len(pools) == 1)}; in a demo, until it is closed."
        )


def _clean_up(state: RunState) -> dict[str, str]:
    return _shell(f"troubleshooter runs cleanup {state.id}")


def _shell(command: str) -> dict[str, str]:
    return {"shell": command}


def _ill(state: RunState) -> int:
    surveyed = state.of(Surveyed)
    return surveyed.counts.get("unusable", 0) if surveyed else 0


def shut_out(state: RunState) -> bool:
    """Whether the account's data plane let the run not in, which somebody can mend."""
    surveyed = state.of(Surveyed)
    return surveyed is not None and surveyed.shut


def no_way_in(state: RunState) -> NoWayIn | None:
    """Why no node of the original can be signed in to, where the survey found that."""
    surveyed = state.of(Surveyed)
    return surveyed.no_way_in if surveyed else None
