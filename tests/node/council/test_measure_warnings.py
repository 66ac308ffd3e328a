"""People are told of deadlines of their state's measures: a week before, a day before, when over; once each."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from tests.node.council.measure_scenes import a_measure, adopted, measure_row

from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.council.actions import measures
from tocsin.node.council.actions.measure_warnings import MOST_AT_ONCE, warn
from tocsin.node.council.models import Measure, MeasureWarning

pytestmark = pytest.mark.django_db


def told(person):
    """Sentences of what somebody was told of measures, in their order."""
    return [sentence(one) for one in Notice.objects.filter(person=person, kind__startswith="measure").order_by("id")]


def days(n):
    return timezone.localdate() + timedelta(days=n)


def test_a_week_and_a_day_before_and_once_it_is_over(joined, partner, dara, person):
    officer, reader = person("duty_officer", name="Olga"), person("epidemiologist", name="Amina")
    adopted(dara, joined, partner, a_measure("m1", "AL", days=10))
    for after, many in ((0, 0), (2, 0), (3, 1), (4, 1), (8, 1), (9, 2), (10, 2), (11, 3), (30, 3)):
        warn(day=days(after))
        assert len(told(officer)) == many, after
    assert told(officer) == told(dara)
    assert "7 days left" in told(officer)[0]
    assert "1 day left" in told(officer)[1]
    assert told(officer)[2].startswith("Overdue, 1 day over: Joint survey")
    assert told(reader) == [], "who cannot do anything about it is left alone"
    assert AuditEntry.objects.filter(act="measures.warned").count() == 3


def test_after_a_downtime_only_the_gravest_is_told(joined, partner, dara):
    adopted(dara, joined, partner, a_measure("m1", "AL", days=10))
    assert warn(day=days(20)) == 1
    assert len(told(dara)) == 1
    assert MeasureWarning.objects.count() == 3, "nobody is told of the earlier ones afterwards"


def test_a_deadline_that_is_extended_warns_anew(joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "AL", days=-2))
    warn()
    measures.extend(of, measure="m1", deadline=days(5), reason="Snow", language="en", by=dara)
    assert warn() == 1
    assert [one.split(":")[0] for one in told(dara)] == ["Overdue, 2 days over", "5 days left to carry out"]


def test_what_is_done_or_anothers_or_fell_with_its_decision_warns_nobody(joined, partner, dara):
    adopted(dara, joined, partner, a_measure("m1", "AL", days=-2), a_measure("m2", "BO", days=-2))
    Measure.objects.filter(measure="m1").update(status="done")
    assert warn() == 0
    Measure.objects.filter(measure="m1").update(status="accepted")
    row = measure_row().decision
    row.status = "lapsed"
    row.save()
    assert warn() == 0


def test_it_waits_for_somebody_to_tell(joined, partner, dara):
    adopted(dara, joined, partner, a_measure("m1", "AL", days=1))
    dara.is_active = False
    dara.save()
    assert warn() == 0
    dara.is_active = True
    dara.save()
    assert warn() == 1


def test_many_at_once_are_one_notice_that_says_how_many(joined, partner, dara):
    many = MOST_AT_ONCE + 2
    adopted(dara, joined, partner, *(a_measure(f"m{n}", "AL", days=-1 if n < 3 else 1) for n in range(many)))
    assert warn() == many
    assert told(dara) == [f"Measures of ours near their deadline: {many}, overdue: 3"]


def test_each_reads_it_in_their_own_language(joined, partner, dara):
    adopted(dara, joined, partner, a_measure("m1", "AL", days=1))
    warn()
    with translation.override("zh-hans"):
        assert "联合调查疫源地" in told(dara)[0]
