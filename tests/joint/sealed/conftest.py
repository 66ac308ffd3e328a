"""A decision that was adopted, and its file; made once, and changed by no test."""

import pytest
from tests.joint.sealed.deciding import Deciding, adopted_by_all, adopted_by_two


@pytest.fixture(scope="session")
def decided() -> Deciding:
    """See `adopted_by_all`; everybody has everything."""
    deciding = adopted_by_all(Deciding())
    deciding.spread()
    return deciding


@pytest.fixture(scope="session")
def data(decided) -> bytes:
    """Its file, as AL makes it."""
    return decided.sealed()


@pytest.fixture(scope="session")
def small() -> tuple[Deciding, bytes]:
    """A decision of two states, and its file: short, for what is done to it a thousand times."""
    deciding = adopted_by_two(Deciding())
    return deciding, deciding.sealed()
