"""One moment, read in two zones; a deadline over a change of the clocks; and what is asked for when its day comes."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from docx import Document
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import answered, ask_for, seen
from tests.node.consultations.test_escalating import told

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import mail_waiting
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.models import Case

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]
BERLIN, ALMATY = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Almaty")


def next_change(zone: ZoneInfo, *, forward: bool) -> datetime:
    """When the clocks there are put forward, or back, next; at least a day from now."""
    at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    for _ in range(370 * 24):
        step = (at + timedelta(hours=1)).astimezone(zone).utcoffset() - at.astimezone(zone).utcoffset()
        if step and (step > timedelta(0)) is forward:
            return at + timedelta(hours=1)
        at += timedelta(hours=1)
    raise AssertionError("the clocks there are not changed any more; choose another zone")


def lives_in(person, zone: str):
    person.time_zone = zone
    person.save()
    return person


def shown(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\xa0", " ")


@pytest.mark.parametrize("forward", [True, False])
def test_a_deadline_over_a_change_of_the_clocks_is_as_long_as_any(
    forward, mira, river, lin, rosa, hours_pass, signed_in
):  # fmt: skip
    """Four hours are four hours, whatever the clock on the wall did."""
    change = next_change(BERLIN, forward=forward)
    begun = (change - timedelta(hours=2) - timezone.now()).total_seconds() / 3600
    hours_pass(begun)
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    case = Case.objects.get()
    assert case.answer_by - case.begun_at == timedelta(hours=4)
    reader = signed_in(lives_in(lin.person, "Europe/Berlin"))
    for after, left, expected in (
        (1.9, "2 h", set()),
        (2.1, "11[34] min", {"half"}),
        (3.3, "4[12] min", {"half", "soon_late"}),
    ):
        hours_pass(begun + after)
        assert {step for step, name in told() if name == "Lin"} == expected, after
        assert re.search(f"urgent: {left} left", shown(reader.get(f"/consultations/{case.pk}/"))), after
    hours_pass(begun + 4.1)
    assert ("late_for_us", "Mira") in told()


def test_each_reader_has_a_moment_by_their_own_clock(mira, river, lin, rosa, hours_pass, signed_in):
    """On the page and on paper, which names the zone; beside them stands what time it is at the hospital now."""
    case = answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin)
    hours_pass(7.5)
    for person, zone, other in ((mira.person, ALMATY, BERLIN), (lin.person, BERLIN, ALMATY)):
        reader = signed_in(lives_in(person, zone.key))
        here, there = (f"{case.first_answer_at.astimezone(one):%H:%M}" for one in (zone, other))
        paper = Document(BytesIO(reader.get(f"/consultations/{case.pk}/outcome/en/docx/").content))
        for text in (
            reader.get(f"/consultations/{case.pk}/").text,
            "\n".join(one.text for one in paper.element.body.iter() if one.text and one.text.strip()),
        ):  # fmt: skip
            assert here in text, zone
            assert there not in text, zone
        assert zone.key.partition("/")[2] in "".join(one.text or "" for one in paper.element.body.iter())


def test_how_it_went_is_asked_for_by_itself_when_the_day_has_come(mira, river, lin, rosa, hours_pass, signed_in):
    case = answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin)
    day = timezone.now().date() + timedelta(days=3)
    asking.acknowledge(case, follow_up_on=day, seen=seen(case), by=mira.person)
    Notice.objects.all().delete()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    until = (midnight - timezone.now()).total_seconds() / 3600
    hours_pass(until - 0.2)
    assert (Case.objects.get().status, Notice.objects.count()) == ("acknowledged", 0)
    for _ in range(2):
        hours_pass(until + 0.2)
    case = Case.objects.get()
    assert (case.status, case.waits_for) == ("follow_up_due", "asking")
    assert [(one.person.name, one.kind) for one in Notice.objects.all()] == [("Mira", "consultation.follow_up")]
    mail_waiting()
    assert [one.to for one in mail.outbox] == [[mira.person.email]]
    assert case.number in mail.outbox[0].body
    assert not [word for word in ("Man", "Fever", "54", "Meropenem", "Иванов") if word in mail.outbox[0].body]
    assert "how it went" in shown(signed_in(mira.person).get(f"/consultations/{case.pk}/"))
    asking.follow_up(case, outcome="recovered", advice_followed="yes", by=mira.person)
    hours_pass(until + 30 * 24)
    assert Notice.objects.filter(kind="consultation.follow_up").count() == 1
