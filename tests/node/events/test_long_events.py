"""Pages of an event ask no more of the database the more there is to say; a list is one order, cut in pieces."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.asking import questions

from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.models import (
    Annex2Assessment,
    CountsReport,
    EarlyAction,
    Event,
    EventCase,
    EventLink,
    EventPlace,
    Factor,
    Milestone,
    TimelineEntry,
)
from tocsin.node.events.pages.event_list import events_page
from tocsin.node.events.standing import today_there

CATEGORY = next(one.code for theme in read_categories() for one in theme.categories)


@pytest.fixture
def browser(signed_in, amina):
    return signed_in(amina)


def events_like(event, number, **fields):
    """So many more, opened and changed one after the other."""
    now = timezone.now()
    made = [
        Event(
            year=2020, number=at + 1, disease=event.disease, place=event.place, opened_by=event.opened_by, cases=at % 7,
            changed_at=now - timedelta(minutes=at // 2), **fields,
        )
        for at in range(number)
    ]  # fmt: skip
    return Event.objects.bulk_create(made)


def say(event, amina, times):
    """Of everything that people say of an event, so many more."""
    day, places = today_there(), [event.place]
    earlier = event.milestones.count()
    for at in range(times):
        TimelineEntry.objects.create(event=event, act="noted", by=amina, text="Said by the region.", language="en")
        CountsReport.objects.create(event=event, as_of=day - timedelta(days=at), suspected=at, by=amina)
        Factor.objects.create(event=event, kind="bottleneck", interval="detection", category=CATEGORY, by=amina)
        Milestone.objects.create(
            event=event, kind="detection", on=day, by=amina, is_current=not (at or earlier), text="Said."
        )
        EarlyAction.objects.create(event=event, action="investigation", by=amina, is_current=False)
        Annex2Assessment.objects.create(
            event=event, listed="instrument", outcome="notify", by=amina, is_current=False,
            version=event.annex2assessments.count() + 1,
        )  # fmt: skip
        EventCase.objects.create(
            event=event, local_id=f"C{event.cases_listed.count()}", place=places[0], changed_by=amina
        )
    for other in events_like(event, times, is_exercise=False) if not EventLink.objects.exists() else ():
        EventLink.objects.create(event=event, kind="related", other=other, by=amina)


@pytest.mark.parametrize("page", ["event", "event_log", "event_clocks", "event_assessment", "line_list"])
def test_a_page_of_an_event_asks_the_same_number_of_questions_however_much_was_said(
    browser, event, places, amina, page
):
    EventPlace.objects.create(event=event, place=places["XX-12"])
    say(event, amina, 2)
    few = questions(browser, reverse(page, args=[event.pk]))
    say(event, amina, 12)
    EventPlace.objects.create(event=event, place=places["XX-13"])
    assert questions(browser, reverse(page, args=[event.pk])) == few


@pytest.mark.parametrize("sort", ["", "cases", "-cases", "disease", "-event"])
def test_the_pages_of_the_list_are_its_order_cut_in_pieces(event, amina, sort):
    events_like(event, 130)
    asked = {"show": "all", "sort": sort}
    pieces = [events_page(amina, asked, str(number)) for number in (1, 2, 3)]
    listed = [one for piece in pieces for one in piece.object_list]
    assert len({one.pk for one in listed}) == len(listed) == 131
    keys = {
        "": lambda one: one.changed_at,
        "cases": lambda one: (one.cases is None, one.cases),
        "-event": lambda one: (one.year, one.number),
    }
    if sort in keys:
        assert listed == sorted(listed, key=keys[sort], reverse=sort in ("", "-event"))
