"""As a script that creates the pool with the change: neither az nor PowerShell can change an existing one.

az batch pool create and New-AzBatchPool speak to the data plane, whose pools have no field for an identity;
so both put the whole body to ARM. Neither script deletes anything, and neither replaces a pool that stands.
"""

from __future__ import annotations

import hashlib
import shlex
from typing import TYPE_CHECKING

from troubleshooter.forms.arm import body
from troubleshooter.forms.form import Form, comment, comments, file_name
from troubleshooter.forms.placeholders import given
from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from troubleshooter.forms.change import DefinitionChange

ENVIRONMENT = "TROUBLESHOOTER_SECRET_"
"""Before a field's name: the variables in which the tool itself takes what Azure does not return."""

_NOTES = (
    "This creates it, and deletes nothing. While a pool stands under the name it changes nothing.",
    "Before you delete the pool, disable its jobs: their tasks start as soon as the new pool is there.",
)


def az(change: DefinitionChange) -> Form:
    whole = body(change)
    pool = shlex.quote(f"{change.target.resource_id}?api-version={API_VERSION}")
    notes = (change.why_anew, *_NOTES, "az batch pool create cannot attach an identity, so this calls ARM.")
    lines = [
        "#!/bin/sh",
        *comments("#", (*notes, *whole.notes)),
        f"# To delete it: az rest --method delete --url {pool}",
        "set -eu",
        *(_to_fill_in(whole) if whole.notes else _TO_USE),
        f"az rest --method put --url {pool} \\",
        "  --headers 'If-None-Match=*' 'Content-Type=application/json' \\",
        '  --body @"$body"',
    ]
    at = lines.index(_HERE) + 1
    lines[at:at] = [whole.text.rstrip("\n"), "END_OF_BODY"]
    return Form("az", "az", file_name(change.target.pool, "recreate.sh"), "\n".join(lines) + "\n", notes)


_HERE = "cat >\"$body\" <<'END_OF_BODY'"
_TO_USE = ("body=$(mktemp)", "trap 'rm -f \"$body\"' EXIT", _HERE)


def _to_fill_in(whole: Form) -> list[str]:
    """The body as a file to complete; named after what it holds, so that none is taken for another."""
    digits = hashlib.sha256(whole.text.encode()).hexdigest()[:8]
    return [
        f"body={shlex.quote(f'{digits}.{whole.file}')}",
        'if [ ! -e "$body" ]; then',
        _HERE,
        "fi",
        "if grep -n -e '<give ' -e '<redacted ' \"$body\"; then",
        '  echo "Put your values into these lines of $body, then run this again." >&2',
        "  exit 1",
        "fi",
    ]


def powershell(change: DefinitionChange) -> Form:
    whole = body(change)
    notes = (change.why_anew, *_NOTES, "New-AzBatchPool cannot attach an identity, so this calls ARM.")
    pool = _quoted(f"{change.target.resource_id}?api-version={API_VERSION}")
    lines = [
        *comments("#", (*notes, *whole.notes)),
        f"# To delete it: Invoke-AzRestMethod -Method DELETE -Path {pool}",
        f"$pool = {pool}",
        "$body = @'",
        whole.text.rstrip("\n"),
        "'@",
    ]
    for lack in change.lacks:
        variable = f"$env:{ENVIRONMENT}{lack.name}"
        value = variable if lack.json_object else f"(ConvertTo-Json {variable})"
        missing, placeholder = f"Set {variable[5:]} to {comment(lack.path)}", f'"{given(lack)}"'
        lines += [
            f"if (-not {variable}) {{ throw {_quoted(missing)} }}",
            f"$body = $body.Replace({_quoted(placeholder)}, {value})",
        ]
    if whole.notes:
        lines.append("if ($body -match '<(give|redacted) ') { throw 'Put your values into the body first.' }")
    lines += [
        "$found = Invoke-AzRestMethod -Method GET -Path $pool",
        "if ($found.StatusCode -ne 404) { throw 'The pool is still there, or cannot be looked for.' }",
        "$answer = Invoke-AzRestMethod -Method PUT -Path $pool -Payload $body",
        "if ($answer.StatusCode -ge 300) { throw $answer.Content }",
    ]
    file = file_name(change.target.pool, "recreate.ps1")
    return Form("powershell", "PowerShell", file, "\n".join(lines) + "\n", notes)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
