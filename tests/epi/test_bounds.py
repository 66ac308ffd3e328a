"""Kernels read and write without bounds checks; here the same tests run once with them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.verify
@pytest.mark.long
def test_no_kernel_leaves_its_arrays(tmp_path):
    # The checks make other code, so it must not be kept where the code without them is.
    checked = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    tests = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(Path(__file__).parent)]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*tests, "-m", "not verify"], env=checked, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
