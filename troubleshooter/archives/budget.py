"""What one call may spend on what strangers made. It counts what is spent, not what is kept."""

from __future__ import annotations

from troubleshooter.fence import Spent

GIB = 1 << 30
TIMES = 200
"""What is packed may unpack to so many times its size; logs come to 10 to 30."""
LEAST, MOST = GIB, 32 * GIB
"""Bytes that may be unpacked however small what was packed is, and however large."""
MEMBERS = 20_000
LOOKS = 1_000_000
LOOKS_OF_A_MIB = 30_000
"""Lines worth a look, in all and for each MiB given; a look takes up to a hundredth of a millisecond."""

KEPT = 96 << 20
"""Bytes of memory that may hold what is kept of lines."""

NODE_LOOKS, NODE_KEPT = 4_000_000, 16 << 20
"""The same of one node, whose files were measured when they were taken in."""


class Budget:
    """One for each call. Every reader at every depth spends of it; where none is left it raises Spent."""

    def __init__(self, *, endless: bool = False, looks: int | None = None, kept: int | None = None) -> None:
        self._endless = endless
        """For files that were measured when they were taken in."""
        self._most_looks = LOOKS if looks is None else looks
        self._most_kept = KEPT if kept is None else kept
        self.spent = False
        """Nothing more may be looked at, or kept."""
        self._given = self._packed = self._unpacked = self._members = self._looks = self._kept = 0

    def give(self, size: int, *, packed: bool = False) -> None:
        """Count bytes that the operator gave."""
        self._given += size
        self._packed += size if packed else 0

    @property
    def _unpackable(self) -> int:
        return min(max(LEAST, TIMES * self._packed), MOST)

    def unpack(self, size: int) -> None:
        """Count bytes that came out of something packed, before anybody looks at them."""
        self._unpacked += size
        if self._unpacked > self._unpackable:
            raise Spent(f"it would unpack to more than the {self._unpackable >> 20} MiB that are left for it")

    def member(self) -> None:
        """Count a file, a member of an archive, or a part of a packed file, before it is opened."""
        self._members += 1
        if self._members > MEMBERS:
            raise Spent(f"there are more than {MEMBERS} files")

    def look(self, times: int = 1) -> None:
        """Count lines that are compared with every rule, or what takes as long."""
        self._looks += times
        if not self._endless and self._looks > self._most_looks + LOOKS_OF_A_MIB * (self._given >> 20):
            self.spent = True
            raise Spent("more of what was given looks like an error than is looked at in one call")

    def keep(self, size: int) -> None:
        """Count bytes of memory that something takes which is kept to the end of the call."""
        self._kept += size
        if not self._endless and self._kept > self._most_kept:
            self.spent = True
            raise Spent("more lines would have to be kept than there is memory for")
