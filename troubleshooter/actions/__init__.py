"""What a playbook step can do: the one table from names in playbooks to functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from troubleshooter.actions import (
    apply,
    findings,
    fixes,
    logs,
    nodes,
    paper,
    plan,
    recreate,
    survey,
    verify,
)
from troubleshooter.actions.tools import Tools
from troubleshooter.engine.context import StepContext, StepOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

Action = Callable[[Tools, StepContext], StepOutcome]

ACTIONS: Mapping[str, Action] = {
    "pool.survey": survey.survey,
    "pool.plan": plan.plan,
    "pool.create_debug": recreate.create_debug,
    "pool.clean_up": recreate.clean_up,
    "nodes.wait_for_idle": nodes.wait_for_idle,
    "logs.collect": logs.collect,
    "findings.diagnose": findings.diagnose,
    "fixes.choose": fixes.choose,
    "fixes.verify": verify.verify,
    "fixes.apply": apply.apply,
    "pool.grow": verify.grow,
    "report.write": paper.write,
}
