"""Every refusal of the rules has a sentence, and so have reasons and statuses."""

import re

import pytest

from tocsin.joint.assistance import OfferStatus, RequestStatus, ShipmentStatus
from tocsin.joint.assistance.matching import REASONS as MATCHING
from tocsin.joint.assistance.refusals import REFUSALS as CODES
from tocsin.joint.assistance.units import REMEDIES
from tocsin.node.assistance.needing import NEEDS as NEEDED
from tocsin.node.assistance.suggesting import REASONS
from tocsin.node.assistance.wording import REFUSALS, refused
from tocsin.node.assistance.words import MISSING, NEEDS, OFFERS, REQUESTS, SHIPMENTS

pytestmark = pytest.mark.django_db


def test_every_code_of_the_rules_has_its_sentence_and_no_other():
    assert set(CODES) == set(REFUSALS)


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_names_no_value_that_its_code_does_not_bring(code):
    assert set(re.findall(r"%\((\w+)\)", str(REFUSALS[code]))) <= set(CODES[code])


def test_a_sentence_says_what_and_when_in_words(state):
    said = refused("lapses-too-late", {"day": "2026-09-01", "latest": "2026-06-07", "days": 90})
    assert said == (
        "A request stands 90 days at most. 1 September 2026 is later than that; give 7 June 2026 or an earlier day, "
        "and renew it then."
    )
    said = refused("shipment-elsewhere", {"shipment": "s1", "status": "planned", "needs": "dispatched,in_transit"})
    assert said == "The shipment is “planned”. This can be said only of one that is: dispatched, in transit."
    values = {"item": "gown", "given": "box of 50", "wanted": "kg", "missing": "relation"}
    assert refused("unit-not-convertible", values) == (
        "“gown” is asked for in kilograms; it cannot be given in boxes, 50 in each: they measure different things."
    )
    assert refused("no-such-day", {"field": "needed_by", "day": "2026-02-30"}).startswith("Needed by: 2026-02-30 is no")


def test_states_are_called_by_their_names(state):
    assert refused("not-yours", {"state": "CE", "origin": "BO,CE"}) == "Only Borenia and Cetara can do this."


@pytest.mark.parametrize("code", REFUSALS)
def test_a_sentence_without_its_values_is_still_one(code, state):
    said = refused(code, {})
    assert said
    assert "%(" not in said


def test_a_code_of_a_later_release_has_no_sentence_here():
    assert refused("never-heard-of", {"what": 1}) == ""


def test_statuses_reasons_and_needs_have_words():
    assert set(MATCHING) == set(REASONS)
    assert set(REMEDIES) == set(MISSING)
    assert set(NEEDED) == set(NEEDS)
    assert {str(one) for one in RequestStatus} - {"unopened"} <= set(REQUESTS)
    assert {str(one) for one in OfferStatus} == set(OFFERS)
    assert {str(one) for one in ShipmentStatus} == set(SHIPMENTS)
