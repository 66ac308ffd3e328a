"""What all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# On a person's machine every run tries other examples; a run that decides whether a change lands must be repeatable.
settings.register_profile("repeatable", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("repeatable")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and R's results beside the project; tests that need it skip without it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the folder ../shared of real data and reference results")
    return SHARED
