"""What a child held is not blamed with what its parent holds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import reasons
from tests.peak import reaped

MIB = 1 << 20


@pytest.mark.skipif(sys.platform != "linux", reason=reasons.LINUX)
def test_a_small_child_of_a_large_parent_is_small() -> None:
    ballast = bytearray(200 * MIB)
    ballast[::4096] = b"x" * len(ballast[::4096])
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"]) as small:
        _, held = reaped(small.pid)
        small.returncode = 0
    assert 4 * MIB < held < 100 * MIB
    assert len(ballast) == 200 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason=reasons.LINUX)
def test_what_a_child_took_is_seen() -> None:
    taking = "import time; taken = b'x' * (150 << 20); time.sleep(0.3); del taken; time.sleep(0.1)"
    with subprocess.Popen([sys.executable, "-c", taking]) as large:
        status, held = reaped(large.pid)
        large.returncode = status
    assert status == 0
    assert held > 150 * MIB
