"""Times and shares, counted by hand; what few have said of somebody is not shown."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.node.consultations.scenes import a_hospital, answered, ask_for, closed
from tests.node.consultations.theirs import their_hospital

from tocsin.node.consultations.models import Case, CaseHospital
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.pages.measures import first_cases, measures
from tocsin.node.hospitals.models import Hospital
from tocsin.node.joint.models import JointObject
from tocsin.node.records import new_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@pytest.fixture
def lake(state):
    return a_hospital(state, "Lake Hospital")


def made(
    asking: Hospital, asked: list[Hospital], *, days_ago: float = 10, allocated: float | None = None,
    answer: float | None = None, status: str = "closed", follow_up: int | None = None, told: bool = False,
    rating: int | None = None, specialty: str = "infectious_diseases",
) -> Case:  # fmt: skip
    """A case as it stands.

    allocated, answer  hours after it was asked; an urgent one has four until it is late
    follow_up          days from now on which it was to be told how it went
    """
    id, at = new_id(), NOW - timedelta(days=days_ago)
    of = JointObject.objects.create(
        id=id, object_id=id, noun="consultation", origin=asking.origin, is_ours=asking.is_ours,
        classification="NATIONAL",
    )  # fmt: skip
    case = Case.objects.create(
        of=of, origin=asking.origin, is_ours=asking.is_ours, status=status, specialty=specialty, urgency="urgent",
        submitted_at=at, begun_at=at, answer_by=at + hours(4),
        allocated_at=None if allocated is None else at + hours(allocated),
        first_answer_at=None if answer is None else at + hours(answer),
        follow_up_on=None if follow_up is None else (NOW + timedelta(days=follow_up)).date(),
        followed_up_at=NOW - hours(1) if told else None, rating=rating,
    )  # fmt: skip
    for one, part in ((asking, Part.ASKING), *((one, Part.ASKED) for one in asked)):
        CaseHospital.objects.create(case=case, hospital=one, origin=one.origin, key=UUID(one.key["id"]), part=part)
    return case


def test_medians_and_shares_of_a_few_cases(hill, river, rosa, anna):
    made(hill, [river], allocated=0.5, answer=2, follow_up=-3, told=True)
    made(hill, [river], allocated=1.5, answer=3, follow_up=-1)
    made(hill, [river], allocated=4, answer=9, follow_up=0, status="follow_up_due")
    made(hill, [river], allocated=1, answer=4, follow_up=5, status="acknowledged")
    made(hill, [river], status="expired")
    made(hill, [river], days_ago=0.1, status="submitted")  # 2.4 hours, of the four
    made(hill, [river], days_ago=0.2, status="allocated", allocated=1)  # 4.8 hours
    (row,) = measures(rosa, now=NOW).asked
    assert (row.hospital, row.specialty) == ("River Hospital", "infectious diseases")
    assert row.cases == 7
    assert row.untaken == 1, "expired before anybody had it"
    assert row.late == 2, "answered after nine hours, and not answered after 4.8; four to the minute is in time"
    assert row.to_allocation == hours(1), "of 0.5, 1, 1, 1.5, 4"
    assert row.to_answer == hours(3.5), "between 3 and 4"
    assert (row.to_follow_up, row.followed_up) == (3, 1), "the day of one is to come"
    assert row.share_followed_up == 1 / 3
    assert row.rating is None
    assert measures(anna, now=NOW).asked == []
    (same,) = measures(anna, now=NOW).asking
    assert (same.cases, same.to_answer, same.late) == (7, hours(3.5), 2)


def test_nothing_to_measure_is_no_time_and_no_share(hill, river, rosa):
    made(hill, [river], days_ago=0.1, status="submitted")
    (row,) = measures(rosa, now=NOW).asked
    assert (row.to_allocation, row.to_answer, row.share_followed_up, row.rating, row.late) == (None,) * 4 + (0,)
    empty = measures(rosa, now=NOW).all_asking
    assert (empty.cases, empty.to_answer, empty.share_followed_up, empty.rating) == (0, None, None, None)


def test_what_was_told_before_its_day_counts_as_told(hill, river, rosa):
    made(hill, [river], answer=1, follow_up=20, told=True)
    assert measures(rosa, now=NOW).asked[0].share_followed_up == 1


def test_only_the_last_year_and_no_void_cases_count(hill, river, rosa):
    made(hill, [river], days_ago=364)
    made(hill, [river], days_ago=366)
    made(hill, [river], status="void")
    assert [one.cases for one in measures(rosa, now=NOW).asked] == [1]


def test_a_row_for_each_hospital_and_specialty_the_most_asked_first(hill, river, lake, rosa, anna):
    made(hill, [river, lake], answer=1)
    made(hill, [river], answer=2)
    made(hill, [river], specialty="toxicology", answer=3)
    made(hill, [their_hospital()], answer=4)
    rows = [(one.hospital, one.specialty, one.cases) for one in measures(anna, now=NOW).asking]
    assert rows == [
        ("River Hospital", "infectious diseases", 2), ("Borvik Hospital", "infectious diseases", 1),
        ("Lake Hospital", "infectious diseases", 1), ("River Hospital", "toxicology", 1),
    ]  # fmt: skip
    mine = [(one.hospital, one.specialty, one.cases) for one in measures(rosa, now=NOW).asked]
    assert mine == [("River Hospital", "infectious diseases", 2), ("River Hospital", "toxicology", 1)]
    whole = measures(rosa, now=NOW).all_asked
    assert (whole.cases, whole.to_answer) == (3, hours(2))


def test_two_hospitals_that_are_called_the_same_have_a_row_each(hill, anna):
    for origin, answer in (("BO", 1), ("CE", 3)):
        made(hill, [their_hospital("Central Hospital", origin)], answer=answer)
    rows = measures(anna, now=NOW).asking
    assert sorted((one.hospital, one.to_answer) for one in rows) == [
        ("Central Hospital", hours(1)), ("Central Hospital", hours(3)),
    ]  # fmt: skip


def test_a_coordinator_sees_measures_of_their_own_hospital_alone(hill, river, lake, rosa, person):
    made(hill, [lake], answer=1)
    seen = measures(rosa, now=NOW)
    assert (seen.asked, seen.asking) == ([], [])
    of_lake = person("consultation_coordinator", name="Dina", organisation=lake.organisation)
    assert len(measures(of_lake, now=NOW).asked) == 1


def test_a_rating_is_hidden_until_five_have_given_one(hill, river, rosa):
    for rating in (5, 4, 4, 2):
        made(hill, [river], rating=rating)
    made(hill, [river])
    row = measures(rosa, now=NOW).asked[0]
    assert (row.cases, row.rating) == (5, None)
    assert measures(rosa, now=NOW).all_asked.rating is None
    made(hill, [river], rating=5)
    assert measures(rosa, now=NOW).asked[0].rating == 4.0
    assert measures(rosa, now=NOW).all_asked.rating == 4.0


def test_what_is_hidden_in_a_row_does_not_follow_from_the_sum(hill, river, rosa):
    """Five ratings that are shown, and one of another specialty: the mean of all six would tell that one."""
    for _ in range(5):
        made(hill, [river], rating=5)
    made(hill, [river], rating=1, specialty="toxicology")
    seen = measures(rosa, now=NOW)
    assert [one.rating for one in seen.asked] == [5.0, None]
    assert seen.all_asked.rating == 5.0
    for _ in range(4):
        made(hill, [river], rating=1, specialty="cardiology")
    seen = measures(rosa, now=NOW)
    assert [one.rating for one in seen.asked] == [5.0, None, None]
    assert seen.all_asked.rating == 3.0, "five that are hidden are as many as are shown"


def test_the_measures_of_a_case_that_went_its_way(mira, lin, river, rosa, anna):
    """Rows as acts make them, and not as tests do."""
    closed(answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin), by=mira.person)
    (row,) = measures(rosa).asked
    assert (row.cases, row.late, row.untaken, row.followed_up, len(row.ratings)) == (1, 0, 0, 1, 1)
    assert row.to_allocation is not None
    assert row.to_allocation < timedelta(minutes=1)
    assert measures(anna).asking[0].share_followed_up == 1


def test_how_far_hospitals_are_from_their_first_case(hill, river, lake):
    Hospital.objects.filter(pk__in=[hill.pk, river.pk]).update(verified_at=NOW - timedelta(days=20))
    Hospital.objects.filter(pk=lake.pk).update(verified_at=None)
    made(hill, [river], days_ago=12)
    made(hill, [river], days_ago=15)
    found = {str(one.hospital): one for one in first_cases()}
    assert [str(one.hospital) for one in first_cases()] == ["Lake Hospital", "Hill Hospital", "River Hospital"]
    assert (found["Hill Hospital"].took, found["River Hospital"].took) == (timedelta(days=5), timedelta(days=5))
    assert found["Lake Hospital"].took is None
