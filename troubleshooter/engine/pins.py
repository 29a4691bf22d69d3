"""The host keys that the nodes of a run showed first: whoever answers in their place must show the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Pins:
    """By pool and node. A pool that the run deleted and made anew has other nodes, whatever their names."""

    def __init__(self) -> None:
        self._pins: dict[tuple[str, str], str] = {}
        self._all: Mapping[str, str] | None = None
        """Put together when it is asked for."""

    def seen(self, pool: str, node: str, fingerprint: str) -> None:
        """The first holds."""
        self._pins.setdefault((pool, node), fingerprint)
        self._all = None

    def made_anew(self, pool: str) -> None:
        self._pins = {key: pin for key, pin in self._pins.items() if key[0] != pool}
        self._all = None

    def replaced(self, pool: str, node: str) -> None:
        """Azure took the machine away: another one comes under the same name, with a key of its own."""
        self._pins.pop((pool, node), None)
        self._all = None

    @property
    def all(self) -> Mapping[str, str]:
        """By POOL/NODE."""
        if self._all is None:
            self._all = {f"{pool}/{node}": pin for (pool, node), pin in self._pins.items()}
        return self._all
