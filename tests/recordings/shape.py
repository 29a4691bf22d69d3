"""One answer against another, field by field: names, presence, types, spelling, and the headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMED = ("name", "code", "key", "id")
"""By which the entries of two lists are known as the same."""
_CHOSEN = ("name", "code", "key")
"""Of those, what the service or its caller chose and a simulation can have too; an id it gives itself."""


def unlike(recorded: Any, answered: Any, place: str) -> Iterator[str]:
    """In what `answered` is of another shape than `recorded`, each as `place: how`."""
    if _kind(recorded) != _kind(answered):
        yield f"{place}: {_kind(answered)} for {_kind(recorded)}"
    elif isinstance(recorded, dict):
        yield from _members(recorded, answered, place)
    elif isinstance(recorded, list):
        if recorded and not answered:
            yield f"{place}: empty"
        for one in recorded if answered else ():
            named = [other for other in answered if _name(other) == _name(one) is not None]
            if not named and _name(one, _CHOSEN):
                yield f"{place}[{_name(one)}]: missing"
            else:
                yield from unlike(one, (named or answered)[0], f"{place}[]")
    elif isinstance(recorded, str) and recorded != answered and recorded.lower() == answered.lower():
        yield f"{place}: {answered} for {recorded}"


def _members(recorded: dict[str, Any], answered: dict[str, Any], place: str) -> Iterator[str]:
    for name in (*recorded, *(name for name in answered if name not in recorded)):
        if name not in answered:
            yield f"{place}.{name}: missing"
        elif name not in recorded:
            yield f"{place}.{name}: more"
        else:
            yield from unlike(recorded[name], answered[name], f"{place}.{name}")


def _name(entry: Any, keys: tuple[str, ...] = _NAMED) -> Any:
    if not isinstance(entry, dict):
        return None
    named = entry.get("vmExtension")
    return _name(named, keys) if named else next((entry[key] for key in keys if key in entry), None)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "boolean"
    for kinds, name in ((int | float, "number"), (str, "text"), (list, "list"), (dict, "object")):
        if isinstance(value, kinds):
            return name
    raise TypeError(f"no JSON: {value!r}")


def unlike_headers(recorded: Mapping[str, str], answered: Mapping[str, str]) -> Iterator[str]:
    """Names, and how an entity tag is written."""
    ours = {name.lower(): value for name, value in answered.items()}
    theirs = {name.lower() for name in recorded}
    for name, value in recorded.items():
        if name.lower() not in ours:
            yield f"header {name}: missing"
        elif name == "ETag" and ours["etag"][:2] != value[:2]:
            yield f"header ETag: written {ours['etag'][:2]}… for {value[:2]}…"
        elif name == "Content-Type" and ours["content-type"] != value:
            yield f"header Content-Type: {ours['content-type']} for {value}"
    for name in answered:
        if name.lower() not in theirs:
            yield f"header {name}: more"
