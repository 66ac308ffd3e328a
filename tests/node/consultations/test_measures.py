"""Times and shares, counted by hand; what few have said of somebody is not shown."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import a_clinician, a_hospital, answered, ask_for, closed, words
from tests.node.consultations.theirs import their_hospital

from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.models import Case, CaseHospital
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.pages.measures import first_cases, measures
from tocsin.node.hospitals.models import Hospital
from tocsin.node.joint.models import JointObject
from tocsin.node.records import new_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
__all__ = ["hours_pass"]


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
        is_asked = part is Part.ASKED
        CaseHospital.objects.create(
            case=case, hospital=one, origin=one.origin, key=UUID(one.key["id"]), part=part,
            allocated_at=case.allocated_at if is_asked else None,
            first_answer_at=case.first_answer_at if is_asked else None,
        )  # fmt: skip
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
    assert [str(one.hospital) for one in first_cases()] == ["Lake Hospital", "River Hospital", "Hill Hospital"]
    assert found["Hill Hospital"].took == timedelta(days=5)
    assert (found["Lake Hospital"].took, found["River Hospital"].took) == (None, None), "it was asked, and asked nobody"


def test_a_case_that_every_hospital_declined_is_one_that_nobody_took(mira, river, lake, rosa, anna, hours_pass, person):
    """At each hospital that said no, and at the one that asked."""
    of_lake = person("consultation_coordinator", name="Dina", organisation=lake.organisation)
    case = ask_for(mira, [river, lake], by=mira.person)
    answering.decline(case, reason="no_capacity", by=rosa)
    answering.decline(case, reason="no_bed", by=of_lake)
    hours_pass(24 * 31)
    assert Case.objects.get().status == "expired"
    for reader, who in ((rosa, "River Hospital"), (of_lake, "Lake Hospital")):
        (row,) = measures(reader).asked
        assert (row.hospital, row.cases, row.untaken) == (who, 1, 1)
        assert not Case.objects.visible_to(reader).exists(), "what it has declined it does not read"
    seen = measures(anna)
    assert [(one.hospital, one.untaken) for one in seen.asking] == [("Lake Hospital", 1), ("River Hospital", 1)]
    assert (seen.all_asking.cases, seen.all_asking.untaken) == (1, 1), "one case, however many were asked"


def test_each_hospital_has_its_own_times_and_the_case_those_of_the_first(
    mira, lin, river, lake, rosa, anna, hours_pass, person
):  # fmt: skip
    dina = person("consultation_coordinator", name="Dina", organisation=lake.organisation)
    nils = a_clinician(lake, person("clinician", name="Nils", organisation=lake.organisation))
    case = ask_for(mira, [river, lake], by=mira.person)
    hours_pass(1)
    answering.allocate(case, [nils], by=dina)
    hours_pass(2)
    answering.sign(case, words("Meropenem."), by=nils.person)
    hours_pass(5)
    answering.allocate(case, [lin], by=rosa)
    found = {one.hospital: (one.to_allocation, one.to_answer) for one in measures(anna).asking}
    assert found["Lake Hospital"] == about(1, 2)
    assert found["River Hospital"] == about(5, None), "what another has signed is no answer of theirs"
    assert (measures(anna).all_asking.to_allocation, measures(anna).all_asking.to_answer) == about(1, 2)
    assert (measures(rosa).all_asked.to_answer, measures(dina).all_asked.to_answer) == about(None, 2)


def test_a_case_that_is_opened_again_counts_from_then_on(mira, lin, river, rosa, hours_pass):
    """Its experts have it at once: no time is less than none."""
    case = closed(answered(ask_for(mira, [river], by=mira.person), coordinator=rosa, expert=lin), by=mira.person)
    hours_pass(30)
    asking.reopen(case, words("It is back."), by=mira.person)
    hours_pass(33)
    answering.sign(case, words("Again."), by=lin.person)
    (row,) = measures(rosa).asked
    assert (row.to_allocation, row.to_answer) == about(0, 3)


@pytest.mark.parametrize("seed", range(3))
def test_measures_are_those_of_a_plain_loop(seed, hill, river, lake, rosa, anna):
    """Cases of every kind, asked of one or two hospitals of which some declined, counted one by one."""
    chance, told = Random(seed), []
    for _ in range(60):
        asked = chance.choice([[river], [lake], [river, lake]])
        allocated, answer = chance.choice([None, chance.uniform(0, 5)]), chance.choice([None, chance.uniform(0, 9)])
        one = {
            "days_ago": chance.choice([0.1, 0.3, 8, 20, 364, 366]), "allocated": allocated, "answer": answer,
            "status": chance.choice(["submitted", "expired", "closed", "void", "follow_up_due", "withdrawn"]),
            "follow_up": chance.choice([None, -4, 0, 4]), "told": chance.random() < 0.3,
            "rating": chance.choice([None, 1, 2, 5]), "specialty": chance.choice(["infectious_diseases", "toxicology"]),
        }  # fmt: skip
        case = made(hill, asked, **one)
        own = {}
        for hospital in asked:
            row = CaseHospital.objects.get(case=case, hospital=hospital)
            own[str(hospital)] = times = {"allocated": allocated, "answer": answer}
            if len(asked) == 2 and chance.random() < 0.5:  # the other one did
                times |= {"allocated": None, "answer": None}
                row.allocated_at = row.first_answer_at = None
            row.part = chance.choice([Part.ASKED, Part.DECLINED])
            row.save()
        told.append(one | {"own": own, "case_answer": answer})
    names = {"infectious_diseases": "infectious diseases", "toxicology": "toxicology"}
    wanted = {}
    for case in told:
        if case["status"] == "void" or case["days_ago"] > 365:
            continue
        for hospital, own in case["own"].items():
            row = wanted.setdefault((hospital, names[case["specialty"]]), [])
            row.append(case | own)
    seen = measures(anna, now=NOW)
    assert {(one.hospital, one.specialty): figures(one) for one in seen.asking} == {
        key: by_hand(cases) for key, cases in wanted.items()
    }
    assert (
        figures(measures(rosa, now=NOW).all_asked)[:4]
        == by_hand([case for (hospital, _), cases in wanted.items() if hospital == "River Hospital" for case in cases])[
            :4
        ]
    )
    once = [one for one in told if one["status"] != "void" and one["days_ago"] <= 365]
    of_any = [one | first_of(one["own"].values()) for one in once]
    assert figures(seen.all_asking)[:6] == by_hand(of_any)[:6]


def figures(row) -> tuple:
    """As `by_hand` has them: hours to a second, for moments are kept to a microsecond."""
    times = [None if one is None else round(one.total_seconds()) for one in (row.to_allocation, row.to_answer)]
    share = None if row.share_followed_up is None else round(row.share_followed_up, 9)
    return row.cases, row.untaken, row.late, *times, share, None if row.rating is None else round(row.rating, 9)


def by_hand(cases: list[dict]) -> tuple:
    untaken = late = due = followed = 0
    allocations, answers, ratings = [], [], []
    for one in cases:
        if one["status"] == "expired" and one["allocated"] is None:
            untaken += 1
        first = one["case_answer"]
        is_open = one["status"] in ("submitted", "follow_up_due")
        if (first is not None and first > 4) or (first is None and is_open and one["days_ago"] * 24 > 4):
            late += 1
        allocations += [] if one["allocated"] is None else [one["allocated"] * 3600]
        answers += [] if one["answer"] is None else [one["answer"] * 3600]
        if one["told"] or (one["follow_up"] is not None and one["follow_up"] <= 0):
            due, followed = due + 1, followed + one["told"]
        ratings += [] if one["rating"] is None else [one["rating"]]
    return (
        len(cases), untaken, late, middle(allocations), middle(answers), round(followed / due, 9) if due else None,
        round(sum(ratings) / len(ratings), 9) if len(ratings) >= 5 else None,
    )  # fmt: skip


def middle(values: list[float]) -> int | None:
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return None
    return round(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def first_of(own) -> dict:
    return {
        name: min((one[name] for one in own if one[name] is not None), default=None) for name in ("allocated", "answer")
    }


def about(*wanted: float | None):
    """So many hours, to some seconds that the test itself takes."""
    return tuple(None if one is None else Near(hours(one)) for one in wanted)


class Near(timedelta):
    def __new__(cls, of: timedelta) -> "Near":
        return super().__new__(cls, seconds=of.total_seconds())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, timedelta) and abs(self.total_seconds() - other.total_seconds()) < 60

    __hash__ = timedelta.__hash__
