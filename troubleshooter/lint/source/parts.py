"""What a source holds of extensions: each of its parts in its form, and JSON among words."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from troubleshooter.fence import Unreadable
from troubleshooter.lint.source.build import Builder
from troubleshooter.lint.source.embedded import Broken, json_in
from troubleshooter.lint.source.fenced import blocks, json_among_words, unquoted, without_marks
from troubleshooter.lint.source.forms import Form, form_of
from troubleshooter.lint.source.held import Held, Kind
from troubleshooter.lint.source.judge import Judged, judged
from troubleshooter.lint.source.shell import Quoting
from troubleshooter.model.extension import Extension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document

LARGEST = 1 << 20
"""Characters of a source."""
_MODULES = {
    Form.HCL: "hcl",
    Form.BICEP: "bicep",
    Form.YAML: "yaml_text",
    Form.LISTING: "listing",
    Form.POWERSHELL: "powershell",
    Form.CSHARP: "csharp",
    Form.PYTHON: "python",
}
"""Each language is imported where it is met."""


@dataclass(slots=True)
class Parts:
    form: Form | None
    """None where it is JSON among words."""
    judged: list[Judged] = field(default_factory=list)
    broken: list[tuple[Held, Broken]] = field(default_factory=list)
    """Texts that should be settings in JSON, and are not JSON."""
    quoting: list[Quoting] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)
    """Names of files that settings are in, and the lines that name them."""
    known: tuple[Extension, ...] = ()
    said: str = ""
    """What the name, or a fence, says of the form."""

    def ours(self, text: str) -> bool:
        """Whether a text may be settings of a known extension."""
        small = text.lower()
        return any(sign.lower() in small for one in self.known for sign in one.settings.signs)

    @property
    def anything(self) -> bool:
        return bool(self.judged or self.broken or self.quoting or self.files)


def parts_of(text: str, name: str, known: tuple[Extension, ...]) -> Parts:
    """Read all of a source. Raises Unreadable where that would take too long."""
    if len(text) > LARGEST:
        raise Unreadable(f"it has more than {LARGEST} characters, and is no JSON")
    plain = without_marks(unquoted(text))
    parts = Parts(form_of(plain, name), known=known, said=name)
    rest = plain
    for block in blocks(plain):
        parts.form = block.form or form_of(block.text, "")
        parts.said = f".{block.info}"
        _read(block.text, parts.form, name, parts)
        rest = rest.replace(block.text.lstrip("\n"), "\n" * block.text.lstrip("\n").count("\n"), 1)
    if parts.anything and parts.ours(rest):
        _read(rest, form_of(rest, ""), name, parts)
    parts.said = name
    if not parts.anything:
        parts.form = form_of(plain, name)
        _read(plain, parts.form, name, parts)
    return parts


def _read(text: str, form: Form | None, name: str, parts: Parts) -> None:
    documents = [*_documents(text, form, parts)]
    found = [*judged(documents, name, parts.known)]
    broken = [each for _, document in documents for each in document.broken if parts.ours(str(each[0].value))]
    if form in {None, Form.SHELL} or not (found or broken):
        documents += _among_words(text, form, parts)
        found = [*judged(documents, name, parts.known)]
    parts.judged += found
    parts.broken += broken


def _documents(text: str, form: Form | None, parts: Parts) -> Iterator[tuple[Builder, Document]]:
    if form in _MODULES:
        yield from import_module(f"troubleshooter.lint.source.{_MODULES[form]}").documents(text)
    if form in {Form.SHELL, Form.POWERSHELL, Form.YAML}:  # YAML: of a pipeline that runs az
        from troubleshooter.lint.source import shell  # noqa: PLC0415 - for its language alone

        lines = shell.Commands(text, shell.shell_of(form, parts.said))
        yield from lines.documents()
        parts.quoting += lines.quoting
        parts.files += lines.files


def _among_words(text: str, form: Form | None, parts: Parts) -> Iterator[tuple[Builder, Document]]:
    """JSON that stands in a text as it is: below a command that printed it, in a mail, in a fence."""
    for part, line in json_among_words(text):
        if parts.ours(part):
            held = json_in(part, line)
            if not isinstance(held, Broken):
                builder = Builder()
                yield builder, builder.document(held)
            elif form is None:
                parts.broken.append((Held(Kind.TEXT, line, part), held))
