from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.worlds import after, before
from troubleshooter.tui.text.difference import Kind, changed_lines, difference

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(documents)
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    assert changed_lines(difference(document, document, folded=False)) == 0


@given(documents, documents)
def test_different_documents_show_a_difference(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (changed_lines(difference(one, other)) == 0) == same


@given(documents, documents)
def test_a_fold_stands_for_as_many_lines_as_it_says(one: Any, other: Any) -> None:
    folded, whole = difference(one, other), difference(one, other, folded=False)
    assert sum(line.count or 1 for line in folded) == len(whole)


def test_an_added_block_leaves_its_surroundings_alone() -> None:
    lines = difference(before(), after())

    changed = [(line.before.strip(), line.after.strip()) for line in lines if line.kind is Kind.CHANGED]

    assert changed == [
        ('"requireInitialSync": true,', '"requireInitialSync": false,'),
        ('"targetDedicatedNodes": 4', '"targetDedicatedNodes": 1'),
    ]
    assert (
        next(line.after.strip() for line in lines if line.kind is Kind.ADDED) == '"networkConfiguration": {'
    )


def test_a_fold_names_the_place_of_what_comes_next() -> None:
    first = next(line for line in difference(before(), after()) if line.kind is Kind.FOLD)

    assert first.within.endswith("extensions[0].settings.secretsManagementSettings")
