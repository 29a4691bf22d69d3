"""As a script that creates the pool with the change: neither az nor PowerShell can change an existing one.

az batch pool create and New-AzBatchPool speak to the data plane, whose pools have no field for an identity;
so both put the whole body to ARM. Neither script deletes anything, and neither replaces a pool that stands.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from troubleshooter.forms.arm import body
from troubleshooter.forms.form import Form, comment, file_name
from troubleshooter.forms.placeholders import given
from troubleshooter.model.target import API_VERSION

if TYPE_CHECKING:
    from troubleshooter.forms.change import DefinitionChange

ENVIRONMENT = "TROUBLESHOOTER_SECRET_"
"""Before a field's name: the variables in which the tool itself takes what Azure does not return."""

_NOTES = (
    "Extensions of an existing pool cannot be changed: the pool has to be deleted and created again.",
    "This creates it, and deletes nothing. While a pool stands under the name it changes nothing.",
    "Before you delete the pool, disable its jobs: their tasks start as soon as the new pool is there.",
)


def az(change: DefinitionChange) -> Form:
    whole = body(change)
    pool = shlex.quote(f"{change.target.resource_id}?api-version={API_VERSION}")
    file = shlex.quote(whole.file)
    notes = (*_NOTES, "az batch pool create cannot attach an identity, so this calls ARM.")
    lines = [
        "#!/bin/sh",
        *(f"# {comment(note)}" for note in (*notes, *whole.notes)),
        f"# To delete it: az rest --method delete --url {pool}",
        "set -eu",
        f"[ -e {file} ] || cat >{file} <<'END_OF_BODY'",
        whole.text.rstrip("\n"),
        "END_OF_BODY",
    ]
    if whole.notes:
        lines += [
            f"if grep -n -e '<give ' -e '<redacted ' {file}; then",
            f"  echo 'Put your values into these lines of '{file}', then run this again.' >&2",
            "  exit 1",
            "fi",
        ]
    lines += [
        f"az rest --method put --url {pool} \\",
        "  --headers 'If-None-Match=*' 'Content-Type=application/json' \\",
        f"  --body @{file}",
    ]
    title = "az"
    return Form("az", title, file_name(change.target.pool, "recreate.sh"), "\n".join(lines) + "\n", notes)


def powershell(change: DefinitionChange) -> Form:
    whole = body(change)
    notes = (*_NOTES, "New-AzBatchPool cannot attach an identity, so this calls ARM.")
    pool = _quoted(f"{change.target.resource_id}?api-version={API_VERSION}")
    lines = [
        *(f"# {comment(note)}" for note in (*notes, *whole.notes)),
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
