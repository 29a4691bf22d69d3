"""Secrets out of any text, at the point where it is kept or shown.

A secret becomes `<redacted KIND 3f2a>`; the four digits are a keyed hash of it: equal secrets have equal
digits, and nothing can be guessed back. Hosts, names and GUIDs stay, since a diagnosis needs them.

A text is looked at as it stands, with the escapes of JSON, URLs and HTML resolved, in the encoding that it
is in; what is hidden is hidden where it stood, so that a file stays what it was.
"""

from __future__ import annotations

from troubleshooter.redact.environment import environment_secrets
from troubleshooter.redact.outside import outside
from troubleshooter.redact.redactor import Redactor, TooDense
from troubleshooter.redact.stand_ins import Hidden, stand_ins

__all__ = ["Hidden", "Redactor", "TooDense", "environment_secrets", "outside", "stand_ins"]
