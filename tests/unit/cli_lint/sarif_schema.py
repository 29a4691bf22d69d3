"""What the schema of SARIF 2.1.0 demands of the parts that are written, with its limits on other keys."""

from __future__ import annotations

from typing import Any


def _closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _closed(("text",), text=_TEXT)
_RULE = _closed(
    ("id",),
    id=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    helpUri={"type": "string", "format": "uri"},
    help=_MESSAGE,
    defaultConfiguration=_closed(level=_LEVEL),
)
_DRIVER = _closed(
    ("name",), name=_TEXT, version=_TEXT, rules={"type": "array", "uniqueItems": True, "items": _RULE}
)
_PHYSICAL = _closed(
    artifactLocation=_closed(uri={"type": "string", "pattern": r"^[\w%./~!$&'()*+,;=@-]+$"}),
    region=_closed(startLine={"type": "integer", "minimum": 1}),
)
_LOCATION = _closed(
    physicalLocation=_PHYSICAL,
    logicalLocations={"type": "array", "items": _closed(fullyQualifiedName=_TEXT)},
)
_RESULT = _closed(
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
    suppressions={
        "type": "array",
        "uniqueItems": True,
        "items": _closed(("kind",), kind={"enum": ["inSource", "external"]}, justification=_TEXT),
    },
)
_INVOCATION = _closed(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={
        "type": "array",
        "items": _closed(("message",), level=_LEVEL, message=_MESSAGE),
    },
)
_RUN = _closed(
    ("tool",),
    tool=_closed(("driver",), driver=_DRIVER),
    invocations={"type": "array", "items": _INVOCATION},
    results={"type": "array", "items": _RESULT},
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_closed(
        ("version", "runs"),
        **{"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}},
        runs={"type": "array", "items": _RUN},
    ),
}
