"""Commands for whoever may change what lies outside the pool, generated from what is to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.analyse.commands import az, bicep, powershell, terraform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.finding import Outside

_FORMS = {
    "az": az.command,
    "powershell": powershell.command,
    "bicep": bicep.text,
    "terraform": terraform.text,
}


def commands(outside: Outside) -> Mapping[str, str]:
    """Form to text; a form that has nothing for this kind of change is absent."""
    made = ((form, make(outside.kind, outside.values)) for form, make in _FORMS.items())
    return {form: text for form, text in made if text}
