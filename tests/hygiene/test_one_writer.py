"""What reaches a terminal goes through one writer, which escapes; any other way out is found by its form."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import troubleshooter

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(troubleshooter.__file__).parent
MODULES = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}

ELSEWHERE = {
    "writer.py": {
        "sys.stdout",  # takes the two streams, and puts a guard in their place
        "sys.stderr",
        "os.write",  # a signal's last words, escaped like all others
    },
    "cli/cleanup.py": {"click.confirm", "click.prompt"},  # ask on sys.stderr, where the guard stands
    "cli/collect.py": {"click.prompt"},  # the same, for a passphrase that is not shown
    "cli/restore.py": {"click.prompt"},  # the same
    "cli/root.py": {"a control character"},  # a backspace that click takes for: leave these lines as they are
    "analyse/printed/page.py": {
        "a control character"
    },  # what a console's colours are known by, to take them out
    "lint/source/yaml_text.py": {"a control character"},  # what YAML does not take
    "tui/text/glyphs.py": {"sys.__stdout__"},  # asks for its encoding, where there is one
    "tui/app.py": {"rich.console.Console"},  # Textual's last words: without colours, and before the guard
    "tui/device/editor.py": {"subprocess.run"},  # lends the terminal to the operator's own editor
    "report/calling.py": {"Control", "a control character"},  # title, bell and notification
    "report/painted.py": {"Control", "a control character"},  # colours
    "printer.py": {"Control", "a control character"},  # the line that is replaced
}
"""Module to the ways out that it takes, each for the reason beside it."""

WRITERS = {
    *("print", "input", "breakpoint", "builtins.print", "builtins.input"),
    *("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"),
    *(
        "sys.excepthook",
        "sys.__excepthook__",
        "sys.displayhook",
        "sys.unraisablehook",
        "threading.excepthook",
    ),
    *(
        "os.write",
        "os.writev",
        "os.pwrite",
        "os.sendfile",
        "os.system",
        "os.popen",
        "os.ttyname",
        "os.ctermid",
    ),
    *("pty.spawn", "getpass.getpass", "pprint.pprint", "pprint.pp", "pdb.set_trace", "curses.initscr"),
    *("logging.StreamHandler", "logging.basicConfig", "logging.lastResort"),
    *("rich.print", "rich.get_console", "rich.console.Console", "textual.logging.TextualHandler"),
    *("asyncio.subprocess.create_subprocess_exec", "asyncio.subprocess.create_subprocess_shell"),
    *(
        "click.echo",
        "click.secho",
        "click.style",
        "click.confirm",
        "click.prompt",
        "click.pause",
        "click.edit",
    ),
    *("click.echo_via_pager", "click.progressbar", "click.clear", "click.launch", "click.get_text_stream"),
    *("click.get_binary_stream", "click.open_file"),
}
FAMILIES = ("warnings.", "faulthandler.", "argparse.", "traceback.print_", "logging.config.", "tqdm.")
"""Of these nothing at all is used, so that nothing of them can print."""
CHILDREN = {"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.Popen"}
"""Write where we do, unless both of their outputs lead elsewhere."""
ASKED = {"isatty", "encoding"}
"""What a stream may be asked for without being written to."""
DEVICES = ("/dev/tty", "/dev/std", "/dev/fd", "/proc/self/fd", "CONOUT$")
OBEYED = {*"\x07\x08\x0e\x0f\x1b", *map(chr, range(0x7F, 0xA0))}


def ways_out(text: str) -> set[str]:
    """Every way to a terminal that a module's text takes, by its name."""
    tree = ast.parse(text)
    names = dict(_imported(tree))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = set()
    for node in ast.walk(tree):
        found |= set(_constant(node)) | set(_call(node, names))
        dotted = _dotted(node, names)
        above = parents.get(node)
        asked = isinstance(above, ast.Attribute) and above.attr in ASKED and dotted.startswith("sys.")
        if not asked and (dotted in WRITERS or f"{dotted}.".startswith(FAMILIES)):
            found.add(dotted)
        if isinstance(node, ast.Attribute) and node.attr == "buffer" and dotted != "sys.stdin.buffer":
            found.add(".buffer")
    return found


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What each imported name stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                whole = each.asname is not None
                yield (
                    each.asname or each.name.split(".")[0],
                    each.name if whole else each.name.split(".")[0],
                )
        elif isinstance(node, ast.ImportFrom):
            yield from ((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)


def _dotted(node: ast.AST, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=value, attr=attribute):
            owner = _dotted(value, names)
            return f"{owner}.{attribute}" if owner else ""
    return ""


def _constant(node: ast.AST) -> Iterator[str]:
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return
    if OBEYED & set(node.value):
        yield "a control character"
    if node.value.startswith(DEVICES):
        yield "a device"


def _call(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = _dotted(node.func, names)
    values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    given = {keyword.arg for keyword in node.keywords}
    if called in CHILDREN and not {"stdout", "stderr"} <= given and "capture_output" not in given:
        yield called
    if called == "troubleshooter.text.Control":
        yield "Control"
    if called in {"open", "io.open", "os.fdopen", "io.FileIO"} and {1, 2} & set(values):
        yield "a descriptor"
    if called == "chr" and any(chr(value) in OBEYED for value in values if isinstance(value, int)):
        yield "a control character"
    if called in {"getattr", "operator.attrgetter"}:
        hidden = {"stdout", "stderr", "__stdout__", "__stderr__", "buffer", "print"} & {*map(str, values)}
        yield from (f"getattr of {name}" for name in hidden)


@pytest.mark.parametrize("module", MODULES)
def test_no_module_has_a_way_of_its_own_to_the_terminal(module: str) -> None:
    assert ways_out(MODULES[module].read_text(encoding="utf-8")) == ELSEWHERE.get(module, set())


def test_every_exception_is_of_a_module_that_exists() -> None:
    assert set(ELSEWHERE) <= set(MODULES)


FORMS = {
    "print('x')": "print",
    "list(map(print, lines))": "print",
    "import builtins\nbuiltins.print('x')": "builtins.print",
    "answer = input('really? ')": "input",
    "import sys\nsys.stdout.write(text)": "sys.stdout",
    "import sys\nstream = sys.stderr": "sys.stderr",
    "import sys as system\nsystem.stderr.flush()": "sys.stderr",
    "from sys import stderr\nstderr.write(text)": "sys.stderr",
    "from sys import stdout as out\nout.write(text)": "sys.stdout",
    "import sys\nsys.__stderr__.write(text)": "sys.__stderr__",
    "import sys\nsys.excepthook(*what)": "sys.excepthook",
    "import sys\ngetattr(sys, 'stderr').write(text)": "getattr of stderr",
    "import os\nos.write(2, data)": "os.write",
    "from os import write\nwrite(1, data)": "os.write",
    "import os\nos.fdopen(2, 'w').write(text)": "a descriptor",
    "open(1, 'w').write(text)": "a descriptor",
    "open('/dev/tty', 'w').write(text)": "a device",
    "stream.buffer.write(data)": ".buffer",
    "import click\nclick.echo(text)": "click.echo",
    "from click import secho as say\nsay(text)": "click.secho",
    "import click\nclick.confirm(question)": "click.confirm",
    "from rich.console import Console\nConsole().print(text)": "rich.console.Console",
    "import rich\nrich.print(text)": "rich.print",
    "import logging\nlogging.getLogger().addHandler(logging.StreamHandler())": "logging.StreamHandler",
    "from logging import StreamHandler\nStreamHandler()": "logging.StreamHandler",
    "import logging\nlogging.basicConfig()": "logging.basicConfig",
    "import warnings\nwarnings.warn(text)": "warnings.warn",
    "from warnings import warn\nwarn(text)": "warnings.warn",
    "import traceback\ntraceback.print_exc()": "traceback.print_exc",
    "from traceback import print_exception\nprint_exception(error)": "traceback.print_exception",
    "import argparse\nargparse.ArgumentParser()": "argparse.ArgumentParser",
    "import faulthandler\nfaulthandler.enable()": "faulthandler.enable",
    "import getpass\ngetpass.getpass(question)": "getpass.getpass",
    "from pprint import pprint\npprint(value)": "pprint.pprint",
    "import os\nos.system(command)": "os.system",
    "import subprocess\nsubprocess.run(command)": "subprocess.run",
    "import subprocess\nsubprocess.Popen(command, stdout=subprocess.PIPE)": "subprocess.Popen",
    "red = '\\x1b[31m'": "a control character",
    "red = f'\\033[31m{name}'": "a control character",
    "csi = chr(0x9b)": "a control character",
    "from troubleshooter.text import Control\nControl(foreign)": "Control",
    "from troubleshooter import text\ntext.Control(foreign)": "Control",
}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_of_writing_is_found(text: str) -> None:
    assert FORMS[text] in ways_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nsys.stdout.isatty()",
        "import sys\ndata = sys.stdin.buffer.read()",
        "import logging\nlogging.getLogger(__name__).addHandler(logging.NullHandler())",
        "import subprocess\nsubprocess.run(command, capture_output=True)",
        "import traceback\ntext = traceback.format_exc()",
        "file.write(text)",
        "ending = '\\r\\n'",
    ],
)
def test_what_writes_nothing_is_let_be(text: str) -> None:
    assert ways_out(text) == set()
