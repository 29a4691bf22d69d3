"""What is known of an extension is data: hardly a file of the program names one."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from tests.hygiene.test_tree import PACKAGE, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = re.compile(
    r"KVVMExtension|KeyVaultFor(?:Linux|Windows)|Microsoft\.Azure\.KeyVault|requireInitialSync"
    r"|secretsManagementSettings|akvvm|is_key_vault",
    re.IGNORECASE,
)
APART = ("simulator/", "lint/key_vault/")
"""A small Azure has the extension in it, and the checks of its settings are what they are about."""
KNOWN = {
    "analyse/file_kind.py": "the name of a kind of file in rules and reports, which are older than this",
    "analyse/kinds.py": "the units whose lines of the journal are known by their program's name",
    "report/untold.py": "says that kind of file in words",
    "tui/views/outcome.py": "a sentence for people, about a key of the journal that says this setting",
}


def in_python(text: str) -> Iterator[str]:
    """Names and texts, without comments and docstrings."""
    told = [
        (one.lineno, one.end_lineno or one.lineno)
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    ]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        docstring = any(first <= token.start[0] <= last for first, last in told)
        if token.type == tokenize.NAME or (token.type == tokenize.STRING and not docstring):
            yield token.string


def named(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return any(NAMES.search(one) for one in in_python(text))
    return any(NAMES.search(line.partition("#")[0]) for line in text.splitlines())


def test_hardly_a_file_names_the_extension() -> None:
    files = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".sh", ".tcss", ".yaml", ".json"}]
    here = {name(path) for path in files if not name(path).startswith(APART) and named(path)}

    assert here == set(KNOWN)
    assert len(KNOWN) <= 5


def test_a_name_in_code_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text('"""akvvm"""\n# akvvm\nkind = 1\n')
    assert not named(file)
    file.write_text("kind = 'KeyVaultForLinux'\n")
    assert named(file)
