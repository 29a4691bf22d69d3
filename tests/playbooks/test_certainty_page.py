"""The page that lists, for every rule, what makes it certain and the sample that shows it.

`python -m tests.playbooks.test_certainty_page` writes it anew.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import analyse, load_rules
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Confidence

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import Rule
    from troubleshooter.model.finding import Finding

FOLDER = settings.playbooks_folder()
PAGE = FOLDER / "certainty.md"
BOOK = load_rules(FOLDER / "rules", known=KNOWN)
_RANK = tuple(Confidence)
_SHOWN = 160
"""Characters of a sample: its beginning, or what stands around the code that makes it certain."""
ABOUT = """\
# How certain each log rule is

Written by `python -m tests.playbooks.test_certainty_page` from the rules and from what the program says of
their own examples; a test holds it true. [The one rule](README.md#how-sure-one-rule) says what the words
mean, and [the table of keys](README.md#writing-a-rule) what the labels are. Of each rule the example is shown
that makes it surest.

| rule | label | at most | what makes it confirmed, or why it is not | the sample that shows it |
| --- | --- | --- | --- | --- |
"""


def told(rule: Rule, text: str) -> Finding:
    found = analyse([SourceFile("example", lambda: io.BytesIO(text.encode()))], BOOK).findings
    return next(one for one in found if one.id == rule.id)


def surest(rule: Rule) -> tuple[str, Finding]:
    """The first of the surest of its examples, and what is said of it."""
    seen = [(text, told(rule, text)) for text in rule.text.matches]
    return min(seen, key=lambda pair: _RANK.index(pair[1].confidence))


def reason(rule: Rule, finding: Finding) -> str:
    if finding.confidence is not Confidence.CONFIRMED:
        return finding.why_not_surer
    codes = [code for code in rule.text.raises if any(code in line.text for line in finding.evidence)]
    if codes:
        return f"the service's own code: {', '.join(rule.text.raises)}"
    return rule.text.record


def row(rule: Rule) -> str:
    text, finding = surest(rule)
    cells = (rule.id, rule.text.label, finding.confidence, reason(rule, finding), f"`{sample(text)}`")
    return f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in cells)} |"


def sample(text: str) -> str:
    flat = " ".join(text.replace("`", "'").split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"


def page() -> str:
    return ABOUT + "".join(f"{row(rule)}\n" for rule in sorted(BOOK.rules, key=lambda rule: rule.id))


def test_the_page_says_of_every_rule_what_makes_it_certain() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_code_and_record_is_shown_by_a_sample() -> None:
    """A rule that may be confirmed, and has no example of it, promises what nobody tried."""
    may_be = [rule for rule in BOOK.rules if rule.text.raises or rule.text.record]
    assert len(may_be) > 20
    assert [rule.id for rule in may_be if surest(rule)[1].confidence is not Confidence.CONFIRMED] == []


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
