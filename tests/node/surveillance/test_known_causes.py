"""What is known to be out of the ordinary enters no baseline, and what follows is compared with the rest."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from tests.node.surveillance.screened import MONDAY, given, screened

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.surveillance.actions.known_causes import add_known_cause, withdraw_known_cause
from tocsin.node.surveillance.models import KnownCause, Signal, Thread
from tocsin.node.surveillance.panels import source_panel
from tocsin.node.surveillance.runs.baselines import left_out, left_out_mask

# Seven weeks before the last are the baseline of EARS C1; four of them hold an outbreak, beside which 40 is ordinary.
COUNTS = [9, 11, 10, 60, 70, 65, 60, 40]
FIRST = MONDAY - timedelta(weeks=len(COUNTS))
OUTBREAK = (FIRST + timedelta(weeks=3), FIRST + timedelta(weeks=6))
DENGUE = ("dengue", "XX-11", "")


@pytest.fixture
def with_outbreak(source, diseases):
    source.method, source.options = "ears", {"method": "C1", "alpha": 0.001}
    source.save()
    given(source, {DENGUE: COUNTS, ("dengue", "XX-21", ""): COUNTS, ("measles", "XX-11", ""): COUNTS}, first=FIRST)
    return source


def cause(diseases, places, amina, disease="dengue", place="XX-1", **said) -> KnownCause:
    first, last = said.pop("periods", OUTBREAK)
    return add_known_cause(
        diseases[disease], places[place], first_period=first, last_period=last, by=amina, **{"what": "survey", **said}
    )


def signalling() -> set[tuple[str, str]]:
    return set(Signal.objects.filter(kind="model").values_list("disease_id", "place__code"))


def test_a_known_cause_holds_for_its_disease_and_everything_inside_its_place(with_outbreak, diseases, places, amina):
    screened(with_outbreak)
    assert signalling() == set()
    cause(diseases, places, amina)
    screened(with_outbreak)
    assert signalling() == {("dengue", "XX-11")}


def test_a_cause_that_is_withdrawn_counts_again(with_outbreak, diseases, places, amina):
    known = cause(diseases, places, amina)
    assert len(left_out(["dengue"])) == 1
    withdraw_known_cause(known, by=amina)
    assert withdraw_known_cause(known, by=amina).withdrawn_at is not None
    assert left_out(["dengue"]) == ()
    screened(with_outbreak)
    assert signalling() == set()


def test_a_verified_outbreak_enters_no_baseline(with_outbreak, diseases, places):
    outbreak = Thread.objects.create(
        disease=diseases["dengue"], place=places["XX-21"], first_period=OUTBREAK[0], last_period=OUTBREAK[1],
        status=Thread.Status.UNDER_VERIFICATION,
    )  # fmt: skip
    screened(with_outbreak)
    assert signalling() == set()
    Thread.objects.filter(pk=outbreak.pk).update(status=Thread.Status.VERIFIED)
    screened(with_outbreak)
    assert signalling() == {("dengue", "XX-21")}


def test_the_mask_holds_every_period_that_the_cause_touches(with_outbreak, diseases, places, amina):
    days = OUTBREAK[0] + timedelta(days=2), OUTBREAK[1] + timedelta(days=1)
    cause(diseases, places, amina, periods=days)
    panel = source_panel(with_outbreak)
    mask = left_out_mask(panel, left_out(), incomplete=1)
    rows = {(code, place): row for code, place, row in zip(panel.disease_codes, panel.place_ids, mask, strict=True)}
    inside = rows["dengue", places["XX-11"].pk]
    assert np.flatnonzero(inside).tolist() == [3, 4, 5, 6, 7]
    assert np.flatnonzero(rows["measles", places["XX-11"].pk]).tolist() == [7]
    assert left_out_mask(panel, []) is None


def test_what_makes_no_sense_is_refused(diseases, places, amina, person):
    with pytest.raises(ActRefused, match="Say what the cause is"):
        cause(diseases, places, amina, what=" ")
    with pytest.raises(ActRefused, match="ends before it begins"):
        cause(diseases, places, amina, periods=OUTBREAK[::-1])
    with pytest.raises(ActRefused, match="five years"):
        cause(diseases, places, amina, periods=(MONDAY - timedelta(days=3_000), MONDAY))
    with pytest.raises(PermissionDenied):
        cause(diseases, places, person("council_delegate"))
    assert not KnownCause.objects.exists()
