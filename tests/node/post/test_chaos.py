"""The chaos study in small: real nodes, killed at every window of the exchange, cut off, with disks that are full."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scripts.chaos.network import why_not

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.verify
@pytest.mark.long
@pytest.mark.skipif(bool(why_not()), reason=f"no namespaces: {why_not()}")
def test_nodes_that_are_killed_and_cut_off_lose_nothing_and_take_nothing_twice(tmp_path):
    command = [sys.executable, "scripts/chaos_study.py", "--kills", "20", "--least", "1", "--no-acts", "--calm", "0"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TOCSIN_"))}
    done = subprocess.run(
        [*command, "--folder", str(tmp_path / "study")],
        cwd=ROOT,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    assert "| **lost** | **0** |" in done.stdout
    assert "| **taken twice as new** | **0** |" in done.stdout
