"""Combinations of the simulated Azure's switches: eight that hold every pair of values, and two opposite."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from troubleshooter.simulator.world.world import Habits

Values = Mapping[str, Any]

_EIGHT: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("expiry_cut", (True, False), "01110001"),
    ("refused_keys", (frozenset({"ssh-ed25519"}), frozenset({"ssh-rsa"})), "01101001"),
    ("if_match", ("bare", "both", "quoted"), "00011222"),
    ("already_there", (412, 409), "01010101"),
    ("deletion_ends", (200, 204), "01110010"),
    ("arm_settings", ("object", "text"), "01010011"),
    ("view_settings", ("object", "text"), "01001101"),
    ("login_by_3389", ("given", "refused"), "01001011"),
    ("login_of_both", (22, 3389), "00110101"),
    ("login_by_none", ("refused", "given"), "00110011"),
    ("users_after", (0.0, 2.0), "00101011"),
    ("odd_shapes", (False, True), "01110100"),
    ("assigned_to_groups", (True, False), "01001110"),
    ("rights_by_account", (True, False), "01101100"),
    ("permissions_without_denied", (False, True), "00110110"),
    ("versions_of_none", ("empty", "refused"), "00101101"),
)
"""A switch, its values, and which of them each of the eight has.

Two columns of two values hold every pair: each has four ones among seven, so some meet, and no two are alike.
"""

APART = frozenset({"refuses_extension_view", "part_of_file"})
"""How a part of a file is answered matters where tasks read nodes alone, which has tests of its own.

Where Azure shows nothing of an unusable node's extension, there is less to conclude from: that end is
another, and a scenario of its own has it."""
SWITCHES: Mapping[str, tuple[Any, ...]] = {name: values for name, values, _ in _EIGHT}
EIGHT: tuple[Values, ...] = tuple(
    {name: values[int(which[row])] for name, values, which in _EIGHT} for row in range(8)
)
OPPOSITE: tuple[Values, Values] = (
    {name: values[0] for name, values in SWITCHES.items()},
    {name: values[-1] for name, values in SWITCHES.items()},
)


def habits(values: Values) -> Habits:
    return Habits(**values)


def missing(combinations: tuple[Values, ...]) -> set[tuple[str, str]]:
    """Pairs of values that occur in none of them."""
    wanted = {
        (f"{one}={a}", f"{other}={b}")
        for one, other in itertools.combinations(SWITCHES, 2)
        for a in SWITCHES[one]
        for b in SWITCHES[other]
    }
    for values in combinations:
        wanted -= set(itertools.combinations([f"{name}={values[name]}" for name in SWITCHES], 2))
    return wanted
