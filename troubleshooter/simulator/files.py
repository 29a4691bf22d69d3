"""A scenario's nodes as files: for those who have no Azure, only what somebody sent them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.extension import crp
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.scenarios import POOL, build
from troubleshooter.simulator.wire import batch_wire
from troubleshooter.simulator.world import story

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.around.vaults import Secret, Vault
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.machine import Machine
    from troubleshooter.simulator.world.pool import Pool
    from troubleshooter.simulator.world.world import World


def write_files(name: str, folder: Path, nodes: int = 2, *, noise: bool = False) -> None:
    """Write each node's disk below `folder`, and beside it what Azure answers about node, pool and vault.

    KeyError for a name that is no scenario's.
    """
    write_pool(build(name, nodes, FAST, noise=noise).world, POOL, folder, noise=noise)


def write_pool(world: World, name: str, folder: Path, *, noise: bool = False) -> None:
    """The same of any pool of a world, as it is now."""
    pool = world.pool(name)
    for cohort, machine in pool.visible():
        place = folder / machine.id
        write_disk(place, story.tell(cohort, machine, world.conditions, noise=noise))
        _write_answers(place, world, pool, cohort, machine)
    for vault in world.conditions.vaults:
        for secret in vault.secrets:
            _write(folder / f"{vault.name}/{secret.name}-secret.json", _secret(vault, secret))
            _write(folder / f"{vault.name}/{secret.name}-certificate.json", _certificate(vault, secret))
    body = batch_wire.pool(world, pool, "https://batch")
    if "resizeErrors" in body:
        _write(folder / "resize-errors.json", {"resizeErrors": body["resizeErrors"]})


def _secret(vault: Vault, secret: Secret) -> dict[str, Any]:
    """As `az keyvault secret show` prints it, without the value."""
    return {
        "attributes": {"enabled": secret.enabled},
        "contentType": secret.content_type,
        "id": f"https://{vault.host}/secrets/{secret.name}/{secret.version}",
        "name": secret.name,
    }


def _certificate(vault: Vault, secret: Secret) -> dict[str, Any]:
    """As `az keyvault certificate show` prints it, in part."""
    return {
        "attributes": {"enabled": secret.enabled},
        "id": f"https://{vault.host}/certificates/{secret.name}/{secret.version}",
        "policy": {
            "keyProperties": {"exportable": secret.exportable, "keyType": "RSA"},
            "secretProperties": {"contentType": secret.content_type},
        },
        "sid": f"https://{vault.host}/secrets/{secret.name}/{secret.version}",
    }


def _write_answers(place: Path, world: World, pool: Pool, cohort: Cohort, machine: Machine) -> None:
    fates = cohort.fates(machine, world.conditions)
    views = []
    for extension, fate in zip(cohort.extensions, fates, strict=True):
        views.append(batch_wire.extension(extension, fate, cohort, world.habits))
        if fate is not None and (error := crp.error(extension, fate, machine.id)) is not None:
            _write(place / "answers/compute-error.json", error)
    _write(place / "answers/extensions.json", {"value": views})
    state = world.node_state(pool, cohort, machine)
    body = batch_wire.node(pool, cohort, machine, state, "https://batch", world.conditions)
    _write(place / "answers/node.json", body)


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
