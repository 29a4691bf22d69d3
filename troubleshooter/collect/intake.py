"""Decides what of a node's archive is taken in. The node may be hostile: nothing it says is trusted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.archives.tar import BadArchive, Kind, members
from troubleshooter.collect import probe
from troubleshooter.collect.packed import MAGIC, NotUnpacked, unpack
from troubleshooter.collect.room import Room
from troubleshooter.collect.withheld import reason_by_content, reason_by_name, without_protected_settings
from troubleshooter.model.excerpt import cut
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.archives.tar import Member
    from troubleshooter.collect.packed import Unpacked
    from troubleshooter.collect.wanted import Wanted

LARGEST_FILE = 4 << 20
"""Bytes that the script sends of one file."""
LARGEST_TOTAL = 32 << 20
"""Bytes that the script sends of one node."""
MOST_FILES = 500
MOST_UNPACKED = 128 << 20
"""Bytes that the packed logs of one node may unpack to, all together."""
_STREAM_LIMIT = LARGEST_TOTAL + (8 << 20)
_MEMBER_LIMIT = 2 * MOST_FILES
_REMARK_LIMIT = 200
_NOTE = "answers/note"
_WRITTEN_HERE = frozenset({probe.KEPT_AS, "answers/left-out.txt"})
"""What is put beside a node's files once they have come: none of them may stand in its place."""
_LINES_AT_ONCE = 1000
"""Of a note, between two looks whether it is still wanted."""


@dataclass(frozen=True, slots=True)
class Arrived:
    name: str
    """Its path on the node; `answers/…` for what the script asked there."""
    data: bytes
    sha256_read: str
    """Of what the node sent: of the packed file, where it was packed."""
    cut: str


class Intake:
    """One node's archive; read `files` to its end, then look at what it says."""

    def __init__(
        self, wanted: Wanted, check: Callable[[], None] = lambda: None, room: Room | None = None
    ) -> None:
        """`check` is called between pieces, and raises where the node has cost enough."""
        self._wanted = wanted
        self._check = check
        self._room = room or Room()
        self.partial: list[str] = []
        self.left_out: list[str] = []
        self.complete = False
        self._cut = ""
        self._names: set[str] = set()
        self._total = 0
        self._entries = 0
        self._to_unpack = MOST_UNPACKED

    def files(self, read: Callable[[int], bytes]) -> Iterator[Arrived]:
        """Give each file that may be kept; what may not is named."""
        try:
            for member in members(lambda size: self._counted(read, size)):
                arrived = self._take(member)
                if arrived is not None:
                    yield arrived
            self.complete = True
        except BadArchive as error:
            self._remark(self.partial, f"The archive was read only in part: {error}.")

    def _counted(self, read: Callable[[int], bytes], size: int) -> bytes:
        self._total += size
        if self._total > _STREAM_LIMIT:
            raise BadArchive(f"it is larger than {_STREAM_LIMIT >> 20} MiB")
        return read(size)

    def _take(self, member: Member) -> Arrived | None:
        self._check()
        self._entries += 1
        if self._entries > _MEMBER_LIMIT:
            raise BadArchive(f"it holds more than {_MEMBER_LIMIT} entries")
        name = _clean(member.name)
        shown = name or written_out(member.name)
        if member.kind is Kind.FOLDER:
            return None
        if name == _NOTE and member.kind is Kind.FILE and member.size <= LARGEST_FILE:
            text = member.content()
            with self._room.of(len(text), self._check):
                self._read_notes(text)
            return None
        reason = self._reason(member, name)
        if reason:
            self._remark(self.left_out, f"{shown}: {reason}.")
            return None
        self._names.add(name)
        data = member.content()
        with self._room.of(LARGEST_FILE if data.startswith(MAGIC) else len(data), self._check):
            return self._opened(name, data)

    def _reason(self, member: Member, name: str) -> str:
        if member.kind is not Kind.FILE:
            return f"it is {member.kind.value}"
        if not name:
            return "its name is absolute, leads upwards or is empty"
        if not self._wanted.asks_for(name) or name.casefold() in _WRITTEN_HERE:
            return "nobody asked for it"
        if name in self._names:
            return "it came twice"
        if member.size > 2 * LARGEST_FILE:
            return f"it is larger than {2 * LARGEST_FILE >> 20} MiB"
        return member.wrong or reason_by_name(name)

    def _opened(self, name: str, data: bytes) -> Arrived | None:
        """A log that was packed when it was put away is kept as what it says, under its name without .gz."""
        cut, self._cut = self._cut, ""
        read, named_packed = hashlib.sha256(data).hexdigest(), name.lower().endswith(".gz")
        if data.startswith(MAGIC):
            plain = name[:-3] if named_packed else name
            found = self._unpacked(name, plain, data)
            return self._checked(plain, found.data, read, found.cut) if found else None
        if named_packed and cut:
            self._leave_out(name, "it is compressed, and larger than what is sent of one file")
            return None
        return self._checked(name, data, read, cut)

    def _unpacked(self, name: str, plain: str, data: bytes) -> Unpacked | None:
        if plain != name and plain in self._names:
            self._leave_out(name, f"it is compressed, and {plain.rpartition('/')[2]} was sent as well")
            return None
        try:
            found = unpack(data, min(self._to_unpack, MOST_UNPACKED // 2), LARGEST_FILE)
        except NotUnpacked as error:
            self._to_unpack = max(0, self._to_unpack - error.size)
            self._leave_out(name, str(error))
            return None
        self._to_unpack -= found.size
        self._names.add(plain)
        return found

    def _leave_out(self, name: str, why: str) -> None:
        self._remark(self.left_out, f"{name if name.startswith('answers/') else f'/{name}'}: {why}.")

    def _checked(self, name: str, data: bytes, read: str, cut: str) -> Arrived | None:
        shown = name if name.startswith("answers/") else f"/{name}"
        reason = reason_by_content(data)
        kept = without_protected_settings(data)
        if reason or kept is None:
            self._leave_out(name, reason or "its protected settings cannot be told from the rest")
            return None
        if kept != data:
            cut = "; ".join(filter(None, (cut, "the protected settings were left out")))
        return Arrived(shown, kept, read, cut)

    def _read_notes(self, text: bytes) -> None:
        for number, line in enumerate(text.split(b"\n")):
            if number % _LINES_AT_ONCE == 0:
                self._check()
            kind, _, rest = line.partition(b"\t")
            subject, _, words = rest.partition(b"\t")
            place, why = f"/{written_out(subject)}", written_out(words)
            match kind:
                case b"cut" if subject.isdigit() and words.isdigit():
                    self._cut = f"the first {written_out(subject)[:15]} of {why[:15]} bytes were left out"
                case b"left-out":
                    self._remark(self.left_out, f"{place}: {why}.")
                case b"absent":
                    self._remark(self.left_out, f"{place}: it is not there.")
                case b"denied":
                    self._remark(self.partial, f"{place} may not be read by the node user.")
                case b"limit":
                    self._remark(
                        self.partial, f"{place} did not fit: one node may send {LARGEST_TOTAL >> 20} MiB."
                    )
                case _:
                    continue

    @staticmethod
    def _remark(remarks: list[str], text: str) -> None:
        if len(remarks) < _REMARK_LIMIT:
            remarks.append(text)
        elif len(remarks) == _REMARK_LIMIT:
            remarks.append("More was left out than is listed here.")


def written_out(raw: bytes) -> str:
    """Text of what may be anything, its end cut at 300 characters.

    Spaces of another kind are written out too: two names that look alike must not become one.
    """
    text = raw[:1201].decode("utf-8", "backslashreplace")  # more than is kept, so that the cut is seen
    for space in {each for each in text if each.isspace() and each != " "}:
        text = text.replace(space, space.encode("unicode_escape").decode("ascii"))
    return cut(visible(text), 300)


def _clean(raw: bytes) -> str:
    """Give the path below the node's root, or nothing when it is no such path."""
    parts = [part for part in raw.split(b"/") if part not in {b"", b"."}]
    if not parts or raw.startswith(b"/") or b".." in parts:
        return ""
    return written_out(b"/".join(parts))
