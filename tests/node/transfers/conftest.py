"""Two hospitals of this state: Mira sends from the Hill, Lin and Omar receive at the River, where Rosa coordinates."""

import pytest
from tests.node.consultations.conftest import (
    alliance_list,
    anna,
    hill,
    joined,
    lin,
    mira,
    nothing_remembered,
    omar,
    partner,
    river,
    rosa,
    vera,
)
from tests.node.transfers.scenes import beds

__all__ = [
    "alliance_list", "anna", "hill", "joined", "lin", "mira", "nothing_remembered", "omar", "partner", "river", "rosa",
    "vera",
]  # fmt: skip


@pytest.fixture
def with_beds(river):
    """The River's intensive care works."""
    beds(river)
    return river
