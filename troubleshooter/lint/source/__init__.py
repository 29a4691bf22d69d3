"""Settings of extensions that stand in a source: in a language, a command line, a page or a mail.

`forms` tells the form by what is in a text, then by its name; `parts` reads each part in its form; each
language has a file of its own, imported for it alone, which gives values with their lines (`held`); `build`
makes of them what `places` and the checks read, and `judge` puts what they find at its place in the settings.

What is nested is read by one reader of our own (`tokens`, `reader`) and not by grammars. Measured over the 72
fragments of `tests/unit/lint_source/fragments`, pasted with dots, prompts and half blocks: tree-sitter's
grammars have an error node in 31 of them, and what stands in it has lost its shape (behind dots Bicep keeps
nothing, HCL no heredoc; PowerShell no hashtable behind a prompt); they are 11 MB of native code. This one
reads all of them, and needs nothing that is not there already. python-hcl2 took 2.1 s and refuses dots. YAML
is read by PyYAML's events, without the lines that it cannot take.
"""

from __future__ import annotations

from troubleshooter.lint.source.lint import lint_source

__all__ = ["lint_source"]
