"""Rules of a stranger, given to `playbooks validate` and `analyze --rules`: refused by name, or linear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks.child import MIB, Limits, ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

RULE = """- id: {id}
  title: t
  good: g
  severity: error
  confidence: likely
  label: KV
  applies: {{files: [akvvm, text], os: any, versions: any}}
  match: {{any: ["{pattern}"]}}
  explanation: e
  fixes: []
  matches: ["aaaa"]
  ignores: ["b"]
  sources: ["https://x.example"]
"""
GOOD, REFUSED = 0, 2


def rule(pattern: str, name: str = "x") -> bytes:
    return RULE.format(id=name, pattern=pattern).encode()


def validated(folder: Path, data: bytes) -> Ended:
    (folder / "rules.yaml").write_bytes(data)
    return ended(
        "playbooks", "validate", str(folder / "rules.yaml"), folder=folder, limits=Limits(processor=20)
    )


def _anchors() -> bytes:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 8)}]")
    return "\n".join(lines).encode()


HOSTILE = {
    "anchors that multiply": _anchors(),
    "a tag that would run something": b"- !!python/object/apply:os.system ['touch owned']\n",
    "100,000 lists deep": b"- " * 100_000 + b"x",
    "500,000 brackets deep": b"[" * 500_000,
    "bytes that are no text": bytes(range(256)),
    "escapes": b'- "\\e]0;PWN\\a": 1\n',
    "look-around": rule("(?=a)aaaa"),
    "repeats of repeats": rule("((a{1,100}){1,100}){1,100}"),
    "bytes beyond any": rule("\\\\xff{9999}"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_data_file_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    did = validated(tmp_path, data)

    assert did.code == REFUSED
    assert "rules.yaml" in did.text
    assert b"\x1b" not in did.shown
    assert not (tmp_path / "owned").exists()
    assert did.memory < 300 * MIB


def test_an_expression_that_hangs_others_is_linear(tmp_path: Path) -> None:
    assert validated(tmp_path, rule("(a+)+$")).code == GOOD
    (tmp_path / "aaa.log").write_text(("a" * 15_000 + "!\n") * 50)
    given = ("analyze", "--rules", str(tmp_path / "rules.yaml"), str(tmp_path / "aaa.log"))
    assert ended(*given, folder=tmp_path, limits=Limits(processor=15)).code in {3, 4, 8}


@pytest.mark.slow
def test_a_wide_expression_is_linear(tmp_path: Path) -> None:
    assert validated(tmp_path, rule(".{0,1000}" * 20 + "aaaa")).code in {GOOD, REFUSED}


@pytest.mark.slow
def test_three_thousand_rules_are_read(tmp_path: Path) -> None:
    many = b"".join(rule("aaaa", f"r{number}") for number in range(3_000))
    assert validated(tmp_path, many).code in {GOOD, REFUSED}


CLIMBING, ESCAPING = "../../x", '"x\\e[31m"'


@pytest.mark.parametrize("name", [CLIMBING, ESCAPING], ids=["climbing", "escape"])
def test_a_rules_id_is_no_path(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    did = validated(folder, rule("aaaa", name))
    assert did.code in {GOOD, REFUSED}
    assert b"\x1b" not in did.shown
    assert used(folder).code in {REFUSED, 3, 4, 8}
    assert not (tmp_path / "x").exists()


def test_a_rules_id_is_no_escape(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes(rule("aaaa", ESCAPING))
    assert b"\x1b" not in used(tmp_path).shown


def used(folder: Path) -> Ended:
    (folder / "l.log").write_text("aaaa\n")
    return ended("analyze", "--rules", str(folder / "rules.yaml"), str(folder / "l.log"), folder=folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "option", [("playbooks", "validate"), ("analyze", "/dev/null", "--rules")], ids=" ".join
)
def test_an_endless_data_file_is_too_large(tmp_path: Path, option: tuple[str, ...]) -> None:
    did = ended(*option, "/dev/zero", folder=tmp_path)

    assert did.code == REFUSED
    assert did.memory < 300 * MIB
