"""What a process asks of the operating system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
ASK = """
import os
from pathlib import Path
from tocsin.node.work.processes import give_way
give_way(19)
there = Path("/proc/self/autogroup")
print(os.nice(0), there.read_text().split()[-1] if there.exists() and there.read_text() else "")
"""


def asked() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, start_new_session=True
    )
    return done.stdout.split()


def test_who_gives_way_is_nice():
    assert int(asked()[0]) == min(19, os.nice(0) + 19)


@pytest.mark.skipif(not AUTOGROUP.exists() or not AUTOGROUP.read_text(), reason="this system weighs no sessions")
def test_and_so_is_its_session():
    assert asked()[1] == "19"
