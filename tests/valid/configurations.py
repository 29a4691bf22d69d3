"""The configurations themselves: a form, what is in it, and how its JSON is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.valid import objects, plans, pools, sources, templates
from tests.valid.chance import Chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.valid.machine import Machine
    from tests.valid.mistakes import Mistake

SEED = 20261127

FORMS: Mapping[str, Callable[[Chance], Any]] = {
    "arm-pool.json": pools.arm_body,
    "arm-answer.json": pools.arm_answer,
    "data-plane-answer.json": pools.data_plane_answer,
    "node-extensions.json": pools.node_extensions,
    "machine-template.json": templates.machine_template,
    "scale-set-template.json": templates.scale_set_template,
    "pool-template.json": templates.pool_template,
    "arc-template.json": templates.arc_template,
    "machine-plan.json": plans.machine_plan,
    "scale-set-plan.json": plans.scale_set_plan,
    "pool-plan.json": plans.pool_plan,
    "azapi-plan.json": plans.azapi_plan,
    "extension.json": objects.extension_object,
    "settings.json": objects.settings_alone,
    "0.settings": objects.settings_file,
    "az-extension.json": objects.az_extension,
    "get-az-extension.json": objects.get_az_extension,
    "get-az-extension.txt": objects.get_az_text,
    "extension.tf": sources.terraform,
    "extension.bicep": sources.bicep,
    "extension.ps1": sources.powershell,
    "extension.sh": sources.shell,
    "extension.yml": sources.ansible,
    "page.md": sources.page,
}
"""By what a file of it is called at its end."""


@dataclass(frozen=True)
class Configuration:
    number: int
    form: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.number:04}-{self.form}"

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_text(self.text, encoding="utf-8", newline="")
        return path


def configurations(count: int, seed: int = SEED) -> Iterator[Configuration]:
    """The first `count`, in which every form comes as often as any other."""
    return (configuration(number, seed) for number in range(count))


def configuration(number: int, seed: int = SEED) -> Configuration:
    return _made(number, Chance(seed, number))


def mistaken(number: int, mistake: Mistake, seed: int = SEED) -> Configuration | None:
    """The same configuration with a mistake in it; None where it has no room for that one."""
    put = []

    def spoilt(machine: Machine) -> Machine:
        changed = mistake.put(machine)
        put.append(changed is not None)
        return changed or machine

    made = _made(number, Chance(seed, number, spoilt))
    return made if any(put) else None


def _made(number: int, chance: Chance) -> Configuration:
    form = list(FORMS)[number % len(FORMS)]
    made = FORMS[form](chance)
    return Configuration(number, form, made if isinstance(made, str) else spelled(chance, made))


def spelled(chance: Chance, value: Any) -> str:
    """JSON as it is met: members in any order, indented or not, letters escaped or not, either line end."""
    if chance.one_in(2):
        value = chance.shuffled(value)
    text = json.dumps(value, indent=chance.pick((None, 1, 2, 4, "\t")), ensure_ascii=chance.one_in(2))
    if chance.one_in(2):
        text += "\n"
    if chance.one_in(5):
        text = text.replace("\n", "\r\n")
    return f"\ufeff{text}" if chance.one_in(10) else text
