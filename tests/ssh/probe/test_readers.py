"""Who may read what is in the store: an application's user, and one that a task without rights runs as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.ssh.probe.world import HOST, STORE, World, node, why_not
from tests.ssh.probe.worlds import settings
from tests.wanted import WANTED
from troubleshooter.analyse.probe import answers
from troubleshooter.collect.probe import script

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=f"{reasons.ROOT}: {why_not()}"),
    pytest.mark.slow(every_change=True),
]
WEB, TASK = "www-data", "nobody"
OPEN = World(
    store_mode=0o644,
    settings=settings(
        observedCertificates=[
            {"url": f"https://{HOST}/secrets/web", "acls": [{"user": user} for user in (WEB, TASK)]}
        ],
        aclEnabled=True,
    ),
)
PEM = f"{STORE}/kv-contoso.web.0f1e.1900000000.1910000000.PEM"
_NEWEST = f"{STORE}/kv-contoso.web.0f1e"
OF_4 = OPEN.but(
    files={
        f"{_NEWEST}.pem.1755000000": ("made up\n", 0o600),
        f"{_NEWEST}.keyid.1755000000": ("made up\n", 0o600),
        f"{STORE}/kv-contoso.web.luma": ("made up\n", 0o644),
    },
    links={
        f"{STORE}/kv-contoso.web.pem": f"{_NEWEST}.pem.1755000000",
        f"{STORE}/kv-contoso.web.keyid": f"{_NEWEST}.keyid.1755000000",
    },
)
"""Chain and key in files of their own, and a link to the newest of each."""
KEPT = "/var/lib/kept-by-root"
LAYOUTS: dict[str, tuple[World, dict[str, bool]]] = {
    "mode 644": (OPEN, {WEB: True, TASK: True}),
    "mode 600": (OPEN.but(store_mode=0o600), {WEB: False, TASK: False}),
    "store mode 700": (OPEN.but(tmpfs={STORE: "mode=700"}), {WEB: False, TASK: False}),
    "an access control list": (
        OPEN.but(store_mode=0o600, readers={PEM: WEB}), {WEB: True, TASK: False}
    ),
    "a list in a store of mode 700": (
        OPEN.but(store_mode=0o600, readers={PEM: WEB}, tmpfs={STORE: "mode=700"}),
        {WEB: False, TASK: False},
    ),
    "4.x, links to mode 600": (OF_4, {WEB: False, TASK: False}),
    "4.x, a list of the chain alone": (
        OF_4.but(readers={f"{_NEWEST}.pem.1755000000": WEB}), {WEB: False, TASK: False}
    ),
    "4.x, lists of chain and key": (
        OF_4.but(readers=dict.fromkeys(list(OF_4.files)[:2], WEB)), {WEB: True, TASK: False}
    ),
    "a link that leads where root alone comes": (
        OPEN.but(
            tmpfs={KEPT: "mode=700"},
            files={f"{KEPT}/web.pem": ("made up\n", 0o644)},
            links={f"{STORE}/web.pem": f"{KEPT}/web.pem"},
        ),
        {WEB: False, TASK: False},
    ),
}  # fmt: skip
"""Each with who may read all that is in its store."""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_may_read_the_store_is_told_user_by_user(layout: str, tmp_path: Path) -> None:
    world, may = LAYOUTS[layout]
    with node(world, tmp_path / "node") as inside:
        ended = inside.ssh("dash -s", script(WANTED))
    told = {one.subject: one for one in answers(ended.stdout) if one.id == "store"}
    print(f"{layout:<42} {', '.join(f'{user} {one.status}' for user, one in told.items())}")

    assert {user: one.status for user, one in told.items()} == {
        user: "pass" if right else "fail" for user, right in may.items()
    }
    for user, right in may.items():
        said = (
            "it may read what is in the store"
            if right
            else f"Permission denied: user {user} may not read {STORE}/"
        )
        assert told[user].reason.startswith(said)
