"""The same settings as each language writes them: made by code that shares nothing with the readers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable


def hcl(value: Any, indent: str = "") -> str:
    if isinstance(value, dict):
        lines = (f"{indent}  {json.dumps(key)} = {hcl(one, indent + '  ')}\n" for key, one in value.items())
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list):
        return "[" + ", ".join(hcl(one, indent) for one in value) + "]"
    return json.dumps(value)


def bicep(value: Any, indent: str = "") -> str:
    more = indent + "  "
    if isinstance(value, dict):
        lines = (f"{more}{_name(key)}: {bicep(one, more)}\n" for key, one in value.items())
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{more}{bicep(one, more)}\n" for one in value) + indent + "]"
    if isinstance(value, str):
        return _single(value)
    return json.dumps(value)


def _single(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _name(key: str) -> str:
    return key if key.isidentifier() else _single(key)


def powershell(value: Any, indent: str = "") -> str:
    more = indent + "  "
    if isinstance(value, dict):
        lines = (f'{more}"{key}" = {powershell(one, more)}\n' for key, one in value.items())
        return "@{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list):
        return "@(" + ", ".join(powershell(one, more) for one in value) + ")"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "$" + json.dumps(value) if value is None or isinstance(value, bool) else json.dumps(value)


def dictionaries(value: Any) -> str:
    """C#, with nothing but dictionaries and arrays."""
    if isinstance(value, dict):
        inside = ", ".join(f'["{key}"] = {dictionaries(one)}' for key, one in value.items())
        return f"new Dictionary<string, object> {{ {inside} }}"
    if isinstance(value, list):
        return f"new object[] {{ {', '.join(map(dictionaries, value))} }}"
    return json.dumps(value)


def pairs(value: Any) -> str:
    """C#, with a pair of braces for each entry."""
    if isinstance(value, dict):
        inside = ", ".join(f'{{ "{key}", {pairs(one)} }}' for key, one in value.items())
        return f"new Dictionary<string, object>() {{ {inside} }}"
    if isinstance(value, list):
        return f"new List<object> {{ {', '.join(map(pairs, value))} }}"
    return json.dumps(value)


def anonymous(value: Any) -> str:
    """C#, with anonymous objects."""
    if isinstance(value, dict):
        return f"new {{ {', '.join(f'{key} = {anonymous(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"new[] {{ {', '.join(map(anonymous, value))} }}"
    return json.dumps(value)


def _shown(value: Any) -> str:
    return json.dumps(value, indent=2)


def _yaml(value: Any) -> str:
    return "".join(f"      {line}\n" for line in yaml.safe_dump(value, sort_keys=False).splitlines())


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _double(value: Any) -> str:
    return json.dumps(value).replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")


def _for_bash(value: Any) -> str:
    return "'" + json.dumps(value).replace("'", "'\\''") + "'"


def _for_windows(value: Any) -> str:
    return json.dumps(value).replace('\\"', '\\\\"').replace('"', '\\"')


def _doubled(value: Any) -> str:
    return _shown(value).replace('"', '""')


WRITTEN: dict[str, Callable[[Any], str]] = {
    "locals.tf": lambda one: f"locals {{\n  kv = {hcl(one)}\n}}\n",
    "heredoc.tf": lambda one: (
        f'resource "x" "y" {{\n  settings = <<EOT\n{_shown(one).replace("${", "$${")}\nEOT\n}}\n'
    ),
    "vars.bicep": lambda one: f"param x string\nvar kv = {bicep(one)}\n",
    "hashtable.ps1": lambda one: f"$settings = {powershell(one)}\n",
    "herestring.ps1": lambda one: f"$settings = @'\n{_shown(one)}\n'@\n",
    "single.sh": lambda one: f"az vm extension set -g rg \\\n  --settings {_for_bash(one)}\n",
    "double.sh": lambda one: f'$ az vm extension set -g rg --settings "{_double(one)}"\n',
    "line.cmd": lambda one: f'C:\\> az vm extension set -g rg --settings "{_for_windows(one)}"\n',
    "heredoc.sh": lambda one: f"cat > settings.json <<'EOF'\n{_shown(one)}\nEOF\n",
    "tasks.yml": lambda one: f"- x:\n    settings:\n{_yaml(one)}",
    "dictionaries.cs": lambda one: f"using System;\nvar settings = {dictionaries(one)};\n",
    "pairs.cs": lambda one: f"using System;\nvar settings = {pairs(one)};\n",
    "anonymous.cs": lambda one: f"using System;\nvar settings = {anonymous(one)};\n",
    "raw.cs": lambda one: f'using System;\nvar settings = """\n{_shown(one)}\n""";\n',
    "verbatim.cs": lambda one: f'using System;\nvar settings = @"{_doubled(one)}";\n',
    "escaped.cs": lambda one: f"using System;\nvar settings = {json.dumps(json.dumps(one))};\n",
    "dicts.py": lambda one: f"import os\nsettings = {one!r}\n",
    "text.py": lambda one: f'import json\nsettings = json.loads(r"""{_shown(one)}""")\n',
    "page.md": lambda one: f"Look:\n\n```json\n{_shown(one)}\n```\n",
    "mail.txt": lambda one: f"Hi all,\n\n{_quoted(_shown(one))}\n\nThanks, it's urgent\n",
}
"""By a name for it; each is given settings, and gives a source that holds them."""
