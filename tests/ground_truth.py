"""Where real configurations, logs and API files lie; they are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import reasons

FOLDER = Path(os.environ.get("TROUBLESHOOTER_GROUND_TRUTH") or Path(__file__).resolve().parents[2] / "shared")
SAMPLES = FOLDER / "samples"
SPECIFICATION = FOLDER / "spec"
CATALOGUE = FOLDER / "facts" / "kv-failures.md"

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason=reasons.SAMPLES)
needs_catalogue = pytest.mark.skipif(not CATALOGUE.is_file(), reason=reasons.CATALOGUE)
