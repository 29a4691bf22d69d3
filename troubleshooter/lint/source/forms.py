"""Which form a text has that is no JSON: by what is in it first, by its name second."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache


class Form(StrEnum):
    HCL = "Terraform source (HCL)"
    BICEP = "Bicep"
    POWERSHELL = "PowerShell"
    SHELL = "shell"
    YAML = "YAML"
    CSHARP = "C#"
    PYTHON = "Python"
    LISTING = "a list of names and values, as PowerShell prints it"
    TYPESCRIPT = "TypeScript or JavaScript"
    GO = "Go"
    JAVA = "Java"
    XML = "XML"


COMMANDS = {
    Form.HCL: "terraform plan -out=plan; terraform show -json plan",
    Form.BICEP: "az bicep build --file FILE --stdout",
    Form.POWERSHELL: "$settings | ConvertTo-Json -Depth 10, or Get-AzVMExtension … | ConvertTo-Json",
    Form.SHELL: "az vm extension show … --output json",
    Form.YAML: "az vm extension show … --output json once it is deployed",
    Form.CSHARP: "JsonSerializer.Serialize(settings), or az vm extension show … --output json",
    Form.PYTHON: "json.dumps(settings), or az vm extension show … --output json",
    Form.LISTING: "Get-AzVMExtension … | ConvertTo-Json",
    Form.TYPESCRIPT: "pulumi stack export, cdktf synth, or JSON.stringify(settings)",
    Form.GO: "json.Marshal(settings), or az vm extension show … --output json",
    Form.JAVA: "az vm extension show … --output json",
    Form.XML: "az vm extension show … --output json",
}
"""What gives the JSON that a source stands for."""
READ = frozenset(Form) - {Form.TYPESCRIPT, Form.GO, Form.JAVA, Form.XML}

_NAMES = {
    ".tf": Form.HCL, ".hcl": Form.HCL, ".tfvars": Form.HCL, ".bicep": Form.BICEP, ".bicepparam": Form.BICEP,
    ".ps1": Form.POWERSHELL, ".psm1": Form.POWERSHELL, ".psd1": Form.POWERSHELL,
    ".sh": Form.SHELL, ".bash": Form.SHELL, ".zsh": Form.SHELL, ".cmd": Form.SHELL, ".bat": Form.SHELL,
    ".yml": Form.YAML, ".yaml": Form.YAML, ".cs": Form.CSHARP, ".csx": Form.CSHARP, ".py": Form.PYTHON,
    ".ts": Form.TYPESCRIPT, ".js": Form.TYPESCRIPT, ".go": Form.GO, ".java": Form.JAVA, ".xml": Form.XML,
}  # fmt: skip
SUFFIXES = frozenset(_NAMES) - {".ts", ".js", ".go", ".java", ".xml"}
"""Of the files that are read as source."""

_SIGNS: dict[Form, tuple[str, ...]] = {
    Form.HCL: (
        r'^[ \t]*(?:resource|data|module|variable|provider|output|dynamic)\s+"[^"\n]*"[^\n{]*\{',
        r"^[ \t]*(?:locals|terraform|extensions?|identity)\s*\{[ \t\r]*$",
        r"\bjsonencode\s*\(",
        r"=\s*<<[-~]?\s*\"?[A-Za-z_]+\"?[ \t\r]*$",
        r"\b(?:var|local|data|module)\.\w+",
        r"\bazure(?:rm|ad)_\w+|\bazapi_\w+",
        r"^[ \t]*\w+\s*=\s*(?:[\[{\"]|-?\d|true\b|false\b)",
        r"^[ \t]*(?:type_handler_version|settings_json|virtual_machine_id)\s*=",
    ),
    Form.BICEP: (
        r"^[ \t]*(?:resource|module)\s+\w+\s+'[^'\n]+'",
        r"^[ \t]*(?:param|output)\s+\w+\s+\w+",
        r"^[ \t]*(?:var\s+\w+\s*=\s*[^\n;]*[^\n;\s]|targetScope\s*=[^\n;]*)$",
        r"^[ \t]*@\w+\(",
        r"^[ \t]*\w+:\s*'[^'\n]*'[ \t\r]*$",
        r"^[ \t]*\w+:\s*[{\[][ \t\r]*$",
        r"^[ \t]*'https://[^'\n]*'[ \t\r]*$",
        r"^[ \t]*\w+:\s*(?:\d+|true|false)[ \t\r]*$",
    ),
    Form.POWERSHELL: (
        r"^[ \t]*(?:PS[^\n>]*>\s*)?\$\w+(?:\.\w+)*\s*=",
        r"@\{",
        r"@['\"][ \t\r]*$",
        r"\b(?:New|Set|Add|Get|Update|Connect|Remove)-Az\w+",
        r"\s-(?:SettingString|Settings?|Publisher|ExtensionType|TypeHandlerVersion)\b",
        r"\bConvert(?:To|From)-Json\b",
        r"^[ \t]*PS(?:\s[^\n>]*)?>",
        r"\$(?:true|false|null|env:)\b",
        r"^[ \t]*\w+\s*=\s*@\(",
    ),
    Form.SHELL: (
        r"\baz[ \t]+(?:vm|vmss|batch|connectedmachine|rest|resource|deployment)\b",
        r"^[ \t]*[$#%]\s+az\s",
        r"^#!\s*/\S*sh\b",
        r"--(?:settings|protected-settings|publisher)\b",
        r"^[ \t]*(?:export\s+)?[A-Z_]+=['\"$]",
        r"<<-?\s*['\"]?[A-Z_]+['\"]?\s*(?:>|$)",
        r"(?:\\|\^)[ \t\r]*$",
        r"^[ \t]*@?(?:echo off|set \w+=)",
    ),
    Form.YAML: (
        r"^---[ \t\r]*$",
        r"^[ \t]*-\s+[\w.\-]+:(?:\s|$)",
        r"^[ \t]*[\w.\-]+:[ \t\r]*$",
        r"^[ \t]*[\w.\-]+:\s+[^\s{\[,][^\n{]*[^\s,;{]$",
        r"^[ \t]*-\s+(?:https?://|['\"]http)",
        r"^[ \t]*[\w.\-]+:\s+(?:https?://|['\"]?\$\{|['\"]?\{\{)",
        r"\bazure_rm_\w+:|azure-native:|fn::|apiVersion:\s|\$schema:",
        r"\{\{[^{}\n]*\}\}",
    ),
    Form.CSHARP: (
        r"\bnew\s*(?:\{|\[|\(|[\w.]+\s*[<({\[])",
        r"\b(?:var|string|object|await)\s+\w+[^\n]*;[ \t\r]*$",
        r"^[ \t]*using\s+[\w.]+;|^[ \t]*namespace\s",
        r"\bBinaryData\b|\bJsonSerializer\b|\bJsonConvert\b|\bJObject\b",
        r"\bnew\s+Dictionary<|\bnew\s+List<",
        r"\}\s*\)?;[ \t\r]*$",
        r"[\]\w]\s*=\s*new\b",
        r"\$@?\"|@\"|\"\"\"",
    ),
    Form.PYTHON: (
        r"^[ \t]*(?:from\s+[\w.]+\s+)?import\s+\w",
        r"^[ \t]*(?:def|class)\s+\w+.*:[ \t\r]*$",
        r"\bjson\.(?:dumps|loads)\s*\(",
        r"^[ \t]*>>>\s",
        r"\b(?:True|False|None)\b",
        r"^[ \t]*\w+\s*=\s*(?:\{|\[|dict\(|\w[\w.]*\()",
        r"^[ \t]*['\"]\w+['\"]\s*:\s*\S",
        r"\b(?:type_properties_type|virtual_machine_extension_type|type_handler_version)\s*=",
        r"\bf['\"]",
    ),
    Form.LISTING: (
        r"^(?:Publisher|ExtensionType|PublicSettings|VMName|ResourceGroupName|TypeHandlerVersion)\s*:\s",
        r"^(?:ProvisioningState|AutoUpgradeMinorVersion|ProtectedSettings|Statuses|Etag|ForceRerun)\s*:",
        r"^[A-Z]\w+ {2,}:\s",
    ),
    Form.TYPESCRIPT: (
        r"^[ \t]*(?:import\s.*\sfrom\s+['\"]|(?:export\s+)?(?:const|let)\s+\w+)",
        r"\brequire\(['\"]",
        r"\bpulumi\.|\bJSON\.stringify\(|=>\s*\{",
    ),
    Form.GO: (r"^[ \t]*package\s+\w+[ \t\r]*$", r":=\s", r"\bmap\[string\](?:interface|any)", r"\bto\.Ptr\("),
    Form.JAVA: (
        r"^[ \t]*import\s+(?:static\s+)?[\w.]+;",
        r"\bpublic\s+(?:static|class)\b",
        r"\.with\w+\(|\bMap\.of\(",
    ),
    Form.XML: (r"^[ \t]*<\?xml\b", r"^[ \t]*</?\w[\w:.-]*(?:\s[^<>\n]*)?>[ \t\r]*$"),
}
_NAMED = 1.5
_ENOUGH = 1.0
_LOOKED_AT = 60_000
"""Characters at the beginning that tell a form."""


def form_of(text: str, name: str) -> Form | None:
    """The form that most of the signs speak for; None where nothing does."""
    named = _NAMES.get("." + name.rpartition(".")[2].lower()) if "." in name else None
    head = text[:_LOOKED_AT]
    scores = {form: _score(form, head) + _NAMED * (form is named) for form in Form}
    best = max(scores, key=lambda form: scores[form])
    return best if scores[best] >= _ENOUGH else None


def _score(form: Form, text: str) -> float:
    score = float(sum(1 for sign in _compiled(form) if sign.search(text)))
    strong = _STRONG.get(form)
    return score + 2.0 * bool(strong and re.search(strong, text, re.MULTILINE))


_STRONG = {
    Form.HCL: r"\bjsonencode\s*\(|^[ \t]*resource\s+\"azure",
    Form.BICEP: r"^[ \t]*(?:resource|module)\s+\w+\s+'[^'\n]+'",
    Form.POWERSHELL: r"@\{|^[ \t]*\$\w+\s*=\s*[\"'@]|\b(?:Set|Add|New|Get)-Az\w+",
    Form.SHELL: r"^[^\n#]{0,80}\baz[ \t]+\w[\w -]*(?:extension|batch|rest)\b",
    Form.CSHARP: r"\bnew\s*(?:\{|\[\]|\w+<)|\bBinaryData\.|^[ \t]*using\s+[\w.]+;",
    Form.PYTHON: r"^[ \t]*>>>|\bjson\.dumps\(|^[ \t]*(?:from\s+\S+\s+)?import\s+\w+[^;\n]*$",
    Form.YAML: r"\bazure_rm_\w+:|azure-native:",
    Form.LISTING: r"^(?:Publisher|ExtensionType|PublicSettings)\s*:\s",
    Form.TYPESCRIPT: r"^[ \t]*import\s.*\sfrom\s+['\"]|JSON\.stringify\(|^[ \t]*(?:export\s+)?const\s+\w+",
    Form.GO: r"\bmap\[string\](?:interface|any)|^[ \t]*package\s+\w+[ \t\r]*$",
    Form.JAVA: r"\bMap\.of\(|\.with\w+\(",
    Form.XML: r"^[ \t]*<\?xml\b",
}


@cache
def _compiled(form: Form) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(sign, re.MULTILINE) for sign in _SIGNS[form])
