"""Every act that a document between hospitals may carry has words of its own."""

import pytest

from tocsin.exchange.types.registry import TYPES
from tocsin.node.consultations import words as of_consultations
from tocsin.node.transfers import words as of_transfers


@pytest.mark.parametrize(
    ("kind", "said"), [("consultation", of_consultations.ACTS), ("transfer", of_transfers.ACTS)]
)  # fmt: skip
def test_every_act_has_words_and_no_two_are_called_alike(kind, said):
    acts = list(TYPES[kind, 1].schema["$defs"][f"{kind}_act"]["enum"])
    acts.remove("order")  # it says in which order the others count, and no page shows it
    assert set(acts) <= set(said)
    assert len({str(said[act]) for act in acts}) == len(acts)
