"""What a collection takes for the Key Vault extension, for tests that collect."""

from __future__ import annotations

from tests.known import KEY_VAULT
from troubleshooter.collect.wanted import wanted

WANTED = wanted(KEY_VAULT)
