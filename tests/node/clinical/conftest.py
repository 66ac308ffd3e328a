"""A node that has loaded codes of ICD-11."""

import pytest
from tests.node.clinical.packages import wheel

from tocsin.node.clinical.loading import load


@pytest.fixture
def loaded(db, tmp_path):
    """The codes of `packages.py`, in the database."""
    return load(wheel(tmp_path))
