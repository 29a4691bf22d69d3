r"""Lines for the Azure CLI: what each shell makes of the quotes around `--settings`, and what is in them.

Bash takes single quotes literally and backslashes away; cmd knows double quotes alone, `^`, and a backslash
before an inner quote; PowerShell takes its quotes away and hands the text on, where Windows takes the inner
double quotes away as well, unless a backslash stands before each
(learn.microsoft.com/cli/azure/use-azure-cli-successfully-powershell).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.source.build import Builder
from troubleshooter.lint.source.embedded import Broken, json_in
from troubleshooter.lint.source.forms import Form
from troubleshooter.lint.source.held import Held, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.source.build import Document

MOST = 60
"""Command lines of one source."""
LONGEST = 1 << 16
"""Characters of one command line."""


class Shell(StrEnum):
    BASH = "bash"
    CMD = "cmd"
    POWERSHELL = "PowerShell"


@dataclass(frozen=True, slots=True)
class Quoting:
    """A text that should be JSON once a shell has taken its quotes away, and is not."""

    line: int
    option: str
    shell: Shell
    left: str
    """What the shell leaves."""
    what: str
    meant: Held | None
    """What was probably meant."""

    @property
    def right(self) -> str:
        """The argument as this shell wants it."""
        said = json.dumps(_value(self.meant), ensure_ascii=False) if self.meant else ""
        if self.shell is Shell.BASH:
            return "'" + said.replace("'", "'\\''") + "'"
        escaped = said.replace('"', '\\"')
        return f'"{escaped}"' if self.shell is Shell.CMD else "'" + escaped.replace("'", "''") + "'"


_LINE = re.compile(
    r"^(?P<prompt>[ \t]*(?:PS[^>\n]{0,200}>|[A-Za-z]:\\[^>\n]{0,200}>|[\w.@:~/\\-]{0,80}[$#%][ \t]|>[ \t])?"
    r"[ \t]*)"
    r"[^\n]{0,200}?\baz(?:\.cmd)?[ \t]+(?=[\w-]+[ \t])",
    re.MULTILINE,
)
_OPTION = re.compile(r"--?[A-Za-z][\w-]*")
_JSON_OPTIONS = {"--settings", "--protected-settings", "--parameters", "--body", "-b", "--properties"}
_SETTINGS = {"--settings"}
_GIVES = re.compile(r"\bextension (?:set|create|update|add)\b")
_DRIVE = re.compile(r"[ \t]*PS[ \t]+[A-Za-z]:\\")
_NAMED = re.compile(r">{1,2}[ \t]*([^\s;|&<>]+)|\btee[ \t]+(?:-a[ \t]+)?([^\s;|&<>]+)|(\w+)=\"?\$\(cat\b")
_HEREDOC = re.compile(r"<<-?[ \t]*['\"]?(\w+)['\"]?[^\n]*\n")
_ASSIGNED = re.compile(r"^[ \t]*(?:export[ \t]+|set[ \t]+\"?|\$)?(\w+)[ \t]*=[ \t]*(?=['\"{])", re.MULTILINE)


class Commands:
    """The command lines of a source."""

    def __init__(self, text: str, shell: Shell | None) -> None:
        self.text = text
        self.shell = shell
        self.quoting: list[Quoting] = []
        self.files: list[tuple[str, int]] = []
        """Names of files that settings are in, and the lines that name them."""
        self.values = _assigned(text, shell or Shell.BASH)
        self.windows = False
        """Whether the line that is read was surely typed into PowerShell on Windows."""
        self.written: dict[str, Held] = {}
        """Files that are written here, and the JSON in them."""

    def documents(self) -> Iterator[tuple[Builder, Document]]:
        found = at = 0
        heredocs = [*self._heredocs()]
        while (begins := _LINE.search(self.text, at)) and found < MOST:
            found += 1
            held, at = self._command(begins)
            yield Builder(), Builder().document(held)
        for held in heredocs:
            yield Builder(), Builder().document(held)

    def _heredocs(self) -> Iterator[Held]:
        """JSON that is written to a file here."""
        at = 0
        while begins := _HEREDOC.search(self.text, at):
            ends = re.compile(rf"^[ \t]*{begins[1]}[ \t]*$", re.MULTILINE).search(self.text, begins.end())
            inside = self.text[begins.end() : ends.start() if ends else len(self.text)]
            at = ends.end() if ends else len(self.text)
            if inside.lstrip()[:1] == "{" and "ettings" in inside:
                made = json_in(inside, self.text.count("\n", 0, begins.end()) + 1)
                if not isinstance(made, Broken):
                    for names in _NAMED.findall(self._line_of(begins)):
                        self.written |= {name.strip("'\""): made for name in names if name}
                    yield made

    def _line_of(self, found: re.Match[str]) -> str:
        return self.text[self.text.rfind("\n", 0, found.start()) + 1 : found.end()]

    def _command(self, begins: re.Match[str]) -> tuple[Held, int]:
        shell = self._shell_of(begins)
        self.windows = shell is Shell.POWERSHELL and bool(_DRIVE.match(begins["prompt"]))
        words = _Words(self.text, begins.end(), shell or Shell.BASH)
        line = self.text.count("\n", 0, begins.start()) + 1
        held = Held(Kind.OBJECT, line, cut=True)
        said = words.all()
        for index, word in enumerate(said):
            name, _, joined = word.says.partition("=")
            if not _OPTION.fullmatch(name) or word.quoted_first:
                continue
            after = said[index + 1] if index + 1 < len(said) else None
            value = _Word(joined, word.raw.partition("=")[2], word.line, word.begins) if joined else after
            if value is not None and (joined or not _OPTION.fullmatch(value.says)):
                self._option(held, name.lower(), value, shell)
        command = " ".join(word.says for word in said[:4])
        return _extension(held, command), words.at

    def _option(self, held: Held, name: str, value: _Word, shell: Shell | None) -> None:
        if name in _JSON_OPTIONS:
            found = self._json(name, value, shell)
            if name in _SETTINGS:
                held.entries.append(("settings", found))
            else:
                held.items.append(found)
            return
        held.entries.append((name, Held(Kind.TEXT, value.line, value.says)))

    def _json(self, name: str, value: _Word, shell: Shell | None) -> Held:
        unknown = Held(Kind.COMPUTED, value.line)
        says, bare = value.says.strip(), value.raw.strip("\"'")
        if re.fullmatch(r"\$\{?\w+\}?|%\w+%", bare):
            if bare.strip("${}%") in self.written:
                return self.written[bare.strip("${}%")]
            known = self.values.get(bare.strip("${}%"))
            if known is None:
                return unknown
            value, says = known, known.says.strip()
        if says[:1] not in {"{", "["} and value.raw[:2] not in {"'{", '"{', "{\\", "'\\"}:
            name = says.lstrip("@")
            if name in self.written:
                return self.written[name]
            if says and not says.startswith("$"):
                self.files.append((name, value.line))
            return unknown
        return self._judged(name, value, shell, windows=self.windows)

    def _judged(self, name: str, value: _Word, shell: Shell | None, *, windows: bool) -> Held:
        """What the shell leaves as JSON; where it leaves none, what was meant."""
        for one in (shell,) if shell else tuple(Shell):
            left = _left(value.raw, one)
            found = json_in(left, value.line)
            if not isinstance(found, Broken) and not (windows and _loses_quotes(value.raw)):
                return found
        sure = shell or Shell.BASH
        left = _left(value.raw, sure)
        broken = json_in(left, value.line)
        if windows and not isinstance(broken, Broken):
            left, broken = left.replace('"', ""), Broken("the inner quotes are lost on Windows", 1)
        meant = _meant(value)
        if isinstance(broken, Broken):
            self.quoting.append(Quoting(value.line, name, sure, left, broken.what, meant))
        return meant or Held(Kind.COMPUTED, value.line)

    def _shell_of(self, begins: re.Match[str]) -> Shell | None:
        prompt = begins["prompt"].strip()
        if prompt.startswith("PS"):
            return Shell.POWERSHELL
        if re.match(r"[A-Za-z]:\\", prompt):
            return Shell.CMD
        if prompt.endswith(("$", "#", "%")):
            return Shell.BASH
        if self.shell is not None:
            return self.shell
        command = self.text[begins.start() : begins.start() + 4000].split("\n\n", 1)[0]
        for sign, shell in ((r"\\\r?\n", Shell.BASH), (r"\^\r?\n", Shell.CMD), (r"`\r?\n", Shell.POWERSHELL)):
            if re.search(sign, command):
                return shell
        return None


@dataclass(slots=True)
class _Word:
    says: str
    raw: str
    line: int
    begins: int

    @property
    def quoted_first(self) -> bool:
        return self.raw[:1] in {"'", '"'}


class _Words:
    """The words of one command line, as its shell tells them apart."""

    def __init__(self, text: str, at: int, shell: Shell) -> None:
        self.text = text
        self.at = at
        self.last = min(len(text), at + LONGEST)
        self.shell = shell
        self.quotes = '"' if shell is Shell.CMD else "\"'"
        self.escape = {Shell.BASH: "\\", Shell.CMD: "^", Shell.POWERSHELL: "`"}[shell]

    def all(self) -> list[_Word]:
        words: list[_Word] = []
        while (word := self._next()) is not None and len(words) < 200:
            words.append(word)
        return words

    def _next(self) -> _Word | None:
        while self.at < self.last:
            sign = self.text[self.at]
            after = self.text[self.at + 1 : self.at + 3]
            if sign == self.escape and after.lstrip("\r")[:1] == "\n":
                self.at += 1 + after.index("\n") + 1
            elif sign in " \t\r":
                self.at += 1
            elif sign in "\n;|&#":
                return None
            else:
                return self._word()
        return None

    def _word(self) -> _Word:
        begins = self.at
        while self.at < self.last and self.text[self.at] not in " \t\r\n;|&":
            sign = self.text[self.at]
            if sign in self.quotes:
                self.at = self._quoted(self.at, sign)
            elif sign == self.escape and self.text[self.at + 1 : self.at + 2] not in {"\n", "\r"}:
                self.at += 2
            elif sign == self.escape:
                break
            else:
                self.at += 1
        raw = self.text[begins : self.at]
        line = self.text.count("\n", 0, begins) + 1
        return _Word(_left(raw, self.shell), raw, line, begins)

    def _quoted(self, at: int, quote: str) -> int:
        """Behind the quote that closes; the end of the line where none does, and it is no JSON."""
        place = at + 1
        while place < self.last:
            sign = self.text[place]
            if sign == quote:
                return place + 1
            escapes = {self.escape} if self.shell is Shell.POWERSHELL else {"\\", self.escape}
            escaped = quote == '"' and sign in escapes
            place += 2 if escaped and self.text[place + 1 : place + 2] in {'"', "\\", "`", "^"} else 1
        end = self.text.find("\n", at)
        return self.last if end < 0 or "{" in self.text[at:end] else min(end, self.last)


def _left(raw: str, shell: Shell) -> str:
    """What a shell leaves of a word, and what the program is given of that on Windows."""
    if shell is Shell.BASH:
        return _bash(raw)
    if shell is Shell.CMD:
        return _windows(re.sub(r"\^(.)", r"\1", raw, flags=re.DOTALL))
    return _powershell(raw)


_PUT_IN = re.compile(r"\$\{?\w+\}?|\$\([^()\n]*\)")
_BASH = re.compile(r"'([^']*)'?|\"((?:[^\"\\]|\\.)*)\"?|\\(.)|([^'\"\\]+)", re.DOTALL)


def _bash(raw: str) -> str:
    told = []
    for single, double, escaped, bare in _BASH.findall(raw):
        put_in = _PUT_IN.sub("${}", re.sub(r"\\([\"\\$`\n])", r"\1", double) or bare)
        told.append(single or escaped or put_in)
    return "".join(told)


_WINDOWS = re.compile(r"((?:\\\\)*)\\\"|\"\"|(\")|([^\"\\]+|\\)")


def _windows(raw: str) -> str:
    """A program's arguments as Windows takes them apart: a backslash keeps a quote, two are one before it."""
    told = []
    for found in _WINDOWS.finditer(raw):
        slashes, quote, other = found.groups()
        inner = found[0] == '""' and found.start() > 0 and found.end() < len(raw)
        if slashes is not None:
            told.append(slashes[len(slashes) // 2 :] + '"')
        elif not quote:
            told.append('"' if inner else other or "")
    return re.sub(r"%\w+%", "${}", "".join(told))


def _powershell(raw: str) -> str:
    """With Windows' own way behind it, or without: whichever leaves JSON, since both are met."""
    quote = raw[:1]
    if quote == "'":
        said = raw[1:].removesuffix("'").replace("''", "'")
    elif quote == '"' and re.search(r'(?<![`"])"(?!")', raw[1:-1]):
        return raw.replace('"', "")  # a backslash keeps no quote there
    elif quote == '"':
        said = re.sub(r"`(.)", r"\1", raw[1:].removesuffix('"').replace('""', '"'))
        said = re.sub(r"\$\([^()\n]*\)|\$\{?[A-Za-z_]\w*\}?", "${}", said)
    else:
        said = raw.replace('"', "")  # braces without quotes are code there
    return said.replace('\\"', '"')


def _loses_quotes(raw: str) -> bool:
    """Whether a text in single quotes has inner quotes without backslashes (PowerShell)."""
    return raw[:1] == "'" and re.search(r'(?<!\\)"', raw) is not None


def _meant(value: _Word) -> Held | None:
    """The JSON that somebody wanted to give: without the quotes around it, and with the inner ones."""
    inner = value.raw.strip("'\"")
    for said in (
        inner,
        inner.replace('\\"', '"'),
        inner.replace("'", '"'),
        re.sub(r'(?<!")""(?!")', '"', inner),
    ):
        if said.lstrip()[:1] in {"{", "["}:
            found = json_in(said, value.line)
            if not isinstance(found, Broken):
                return found
    return None


def _assigned(text: str, shell: Shell) -> dict[str, _Word]:
    """Variables that are given a text once."""
    found: dict[str, _Word] = {}
    twice: set[str] = set()
    at = 0
    while begins := _ASSIGNED.search(text, at):
        words = _Words(text, begins.end(), shell)
        word = words._word()  # noqa: SLF001 - of this file
        at = max(words.at, begins.end() + 1)
        if begins[1] in found:
            twice.add(begins[1])
        found[begins[1]] = word
    return {name: word for name, word in found.items() if name not in twice}


def _extension(held: Held, command: str) -> Held:
    """A command's options in an extension's words: `--name` of `az vm extension set` is the type."""
    named = dict(held.entries)
    made = [("settings", named["settings"])] if "settings" in named else []
    arc = command.startswith("connectedmachine")
    kind = named.get("--type") if arc else named.get("--name") or named.get("-n")
    for key, one in (("publisher", named.get("--publisher") or named.get("-p")), ("type", kind)):
        if one is not None:
            made.append((key, one))
    version = named.get("--version") or named.get("--type-handler-version")
    if version is not None:
        made.append(("typeHandlerVersion", version))
    if not _GIVES.search(command) or "settings" not in named:
        made = []
    return Held(Kind.OBJECT, held.line, entries=made, items=held.items, cut=True)


def _value(held: Held) -> Any:
    if held.kind is Kind.OBJECT:
        return {key: _value(one) for key, one in held.entries}
    return [_value(one) for one in held.items] if held.kind is Kind.LIST else held.value


_BY_NAME = {
    "sh": Shell.BASH,
    "bash": Shell.BASH,
    "zsh": Shell.BASH,
    "azurecli": Shell.BASH,
    "azurecli-interactive": Shell.BASH,
    "cmd": Shell.CMD,
    "bat": Shell.CMD,
    "ps1": Shell.POWERSHELL,
}


def shell_of(form: Form, said: str) -> Shell | None:
    """The shell that a source is for, by its form and by the end of its name or what its fence says."""
    return Shell.POWERSHELL if form is Form.POWERSHELL else _BY_NAME.get(said.rpartition(".")[2].lower())
