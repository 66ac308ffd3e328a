"""What a hospital's rule gives to whom, and when: by specialty, hours, language and load."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import a_clinician, a_hospital, ask_for, seen, words
from tests.node.consultations.theirs import TheirCase, their_clinician, their_hospital

from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.actions.rules import keep_rule
from tocsin.node.consultations.allocating import candidates, due_at
from tocsin.node.consultations.models import AllocationRule, Case
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.refusals import NoPart
from tocsin.node.hospitals.hours import local
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.tending import tend_open

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]


@pytest.fixture
def rule(river, rosa):
    """At once, five cases an expert."""
    return keep_rule(river, is_on=True, after_minutes=0, most_cases=5, by=rosa)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def has_it(case: Case) -> list[str]:
    """Experts by name."""
    found = again(case).clinicians.filter(part="expert").select_related("clinician")
    return sorted(str(one.clinician) for one in found)


def by_rule(case: Case) -> list[JointAct]:
    return list(JointAct.objects.filter(of=case.of, kind="allocate", role="node").order_by("came_at"))


def around(at: datetime, zone: str, *, hours: int, begins_in: int = 0) -> list[dict]:
    """Hours of every day in a zone, which begin so many hours after a moment; over midnight in two pieces."""
    first = local(zone, at + timedelta(hours=begins_in)).hour
    last, days = first + hours, [1, 2, 3, 4, 5, 6, 7]
    found = [{"days": days, "from": f"{first:02}:00", "until": "24:00" if last >= 24 else f"{last:02}:00"}]
    return found + ([{"days": days, "from": "00:00", "until": f"{last - 24:02}:00"}] if last > 24 else [])


def changed(clinician, **fields):
    for name, value in fields.items():
        setattr(clinician, name, value)
    clinician.save()
    return clinician


def test_a_rule_that_waits_for_nobody_gives_the_case_at_once(rule, mira, river, lin):
    case = ask_for(mira, [river], by=mira.person)
    (act,) = by_rule(case)
    assert (again(case).status, has_it(case)) == ("allocated", ["Lin"])
    assert act.said == {
        "as": {"hospital": river.key, "clinician": None}, "experts": [lin.key], "by_rule": True,
    }  # fmt: skip
    assert (act.by, act.name) == (None, "")
    assert Notice.objects.filter(kind="consultation.given", person=lin.person).count() == 1
    assert AuditEntry.objects.filter(act="consultation.allocate", by=None).count() == 1
    (allocation,) = case_ahead(case.of).allocations.values()
    assert allocation.by_rule


def test_a_rule_that_waits_does_so_and_no_longer(mira, river, lin, rosa, hours_pass):
    keep_rule(river, is_on=True, after_minutes=30, most_cases=5, by=rosa)
    case = ask_for(mira, [river], by=mira.person)
    assert (by_rule(case), case.of.due_at) == ([], case.begun_at + timedelta(minutes=30))
    hours_pass(0.48)
    assert by_rule(case) == []
    hours_pass(0.52)
    assert (len(by_rule(case)), has_it(case)) == (1, ["Lin"])
    hours_pass(2)
    assert len(by_rule(case)) == 1


def test_a_coordinator_who_was_faster_has_chosen(mira, river, lin, omar, rosa, hours_pass):
    keep_rule(river, is_on=True, after_minutes=30, most_cases=5, by=rosa)
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [omar], seen=seen(case), by=rosa)
    hours_pass(3)
    assert (by_rule(case), has_it(case)) == ([], ["Omar"])


def test_who_fits_best_is_chosen_by_specialty_hours_language_load_in_this_order(river, lin, omar, mira, person):
    """Each of them worse than the one before by what counts next."""
    now = timezone.now()
    awake = around(now, "Asia/Almaty", hours=3, begins_in=-1)
    asleep = around(now, "Asia/Almaty", hours=3, begins_in=6)
    case = ask_for(mira, [river], by=mira.person)

    def one(name: str, **more):
        given = {"availability": awake, "languages": ["ru"], "names": {"en": name, "ru": "", "zh": ""}}
        return a_clinician(river, person("clinician", name=name, organisation=river.organisation), **(given | more))

    changed(lin, names={"en": "Free", "ru": "", "zh": ""}, availability=awake)
    busy = one("Busy")
    other = ask_for(mira, [river], by=mira.person)
    answering.allocate(other, [busy], by=person("consultation_coordinator", organisation=river.organisation))
    one("Speaks Chinese", languages=["zh"])
    changed(omar, names={"en": "Hours unknown", "ru": "", "zh": ""}, availability=[])
    one("Asleep", availability=asleep)
    one("Surgeon", specialties=["general_surgery"])
    found = candidates(river, again(case), at=now)
    assert [str(one.clinician) for one in found] == [
        "Free", "Busy", "Speaks Chinese", "Hours unknown", "Asleep", "Surgeon",
    ]  # fmt: skip
    assert [one.on_hours for one in found] == [True, True, True, None, False, True]
    assert [one.load for one in found] == [0, 1, 0, 0, 0, 0]


def test_of_two_alike_all_nodes_choose_the_same(rule, mira, river, lin, omar):
    case = ask_for(mira, [river], by=mira.person)
    first = min((lin, omar), key=lambda one: str(one.clinician_id))
    assert has_it(case) == [str(first)]
    other = ask_for(mira, [river], by=mira.person)
    assert has_it(other) == [str({lin, omar}.difference({first}).pop())], "who has fewer is next"


NOBODY = {
    "of another specialty": {"specialties": ["general_surgery"]},
    "of none": {"specialties": []},
    "who takes no consultations": {"takes_consultations": False},
    "who is revoked": {"status": "revoked"},
    "who was only invited": {"status": "invited"},
    "who is away": {"status": "away", "away_until": None},
}  # fmt: skip


@pytest.mark.parametrize("fields", NOBODY.values(), ids=NOBODY)
def test_a_rule_chooses_nobody(fields, rule, mira, river, lin):
    changed(lin, **fields)
    case = ask_for(mira, [river], by=mira.person)
    assert (again(case).status, by_rule(case)) == ("submitted", [])


def test_nobody_is_chosen_outside_their_hours_and_as_soon_as_these_begin(rule, mira, river, lin, hours_pass):
    changed(lin, availability=around(timezone.now(), "Asia/Almaty", hours=4, begins_in=3))
    case = ask_for(mira, [river], by=mira.person, urgency="routine")
    assert by_rule(case) == []
    assert case.of.due_at - timezone.now() < timedelta(minutes=11), "it is looked at again"
    hours_pass(1)
    assert by_rule(case) == []
    hours_pass(3.99)
    assert has_it(case) == ["Lin"]


def test_nobody_is_given_more_cases_than_the_hospital_allows(mira, river, lin, rosa):
    keep_rule(river, is_on=True, after_minutes=0, most_cases=2, by=rosa)
    cases = [ask_for(mira, [river], by=mira.person) for _ in range(3)]
    assert [again(case).status for case in cases] == ["allocated", "allocated", "submitted"]
    answering.sign(cases[0], words("Done."), by=lin.person)
    assert again(cases[0]).is_open, "an answer that nobody has read is a case still"
    answering.hand_back(cases[1], reason="Leave.", by=lin.person)
    assert again(cases[1]).status == "submitted"
    with_time(cases[2])
    assert has_it(cases[2]) == ["Lin"]


def with_time(case: Case) -> None:
    """It is due, and looked at."""
    type(case.of).objects.filter(pk=case.of.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    tend_open()


def test_whoever_handed_a_case_back_is_not_given_it_again_by_the_rule(rule, mira, river, lin, person, rosa):
    case = ask_for(mira, [river], by=mira.person)
    answering.hand_back(case, reason="I know the family.", by=lin.person)
    with_time(case)
    assert (again(case).status, has_it(case), len(by_rule(case))) == ("submitted", [], 1)
    a_clinician(river, person("clinician", name="Omar", organisation=river.organisation))
    with_time(case)
    assert has_it(case) == ["Omar"]
    answering.allocate(case, [lin], by=rosa)
    assert has_it(case) == ["Lin"], "a coordinator may"


def test_each_hospital_that_is_asked_gives_it_by_its_own_rule(rule, mira, river, lin, state, person):
    lake = a_hospital(state, "Lake Hospital")
    dina = a_clinician(lake, person("clinician", name="Dina", organisation=lake.organisation))
    case = ask_for(mira, [river, lake], by=mira.person)
    assert has_it(case) == ["Lin"], "the other has no rule"
    AllocationRule.objects.create(hospital=lake, is_on=True, after_minutes=0, most_cases=5)
    other = ask_for(mira, [river, lake], by=mira.person)
    assert has_it(other) == ["Dina", "Lin"]
    assert [one.said["as"]["hospital"] for one in by_rule(other)].count(lake.key) == 1
    assert dina.key in [one.said["experts"][0] for one in by_rule(other)]


def test_a_rule_that_is_off_or_of_a_hospital_that_is_not_asked_does_nothing(mira, hill, river, lin, rosa, anna):
    keep_rule(river, is_on=False, after_minutes=0, most_cases=5, by=rosa)
    keep_rule(hill, is_on=True, after_minutes=0, most_cases=5, by=anna)
    case = ask_for(mira, [river], by=mira.person)
    assert (by_rule(case), case.status) == ([], "submitted")


def test_a_rule_of_a_hospital_that_takes_no_part_any_more_does_nothing(rule, mira, river, lin):
    AllocationRule.objects.update(after_minutes=5)
    case = ask_for(mira, [river], by=mira.person)
    changed(river, status="suspended")
    AllocationRule.objects.update(after_minutes=0)
    with_time(case)
    assert by_rule(case) == []


def test_a_rule_for_a_partners_hospital_does_nothing_here(joined, partner, mira):
    """Its own node gives the case to its experts."""
    theirs = their_clinician(their_hospital())
    AllocationRule.objects.create(hospital=theirs.hospital, is_on=True)
    case = ask_for(mira, [theirs.hospital], by=mira.person)
    assert (by_rule(case), case.status) == ([], "submitted")
    assert due_at(case_ahead(case.of)) is None, "nothing is tried in its name"


def test_a_hospital_that_declined_gives_it_to_nobody(mira, river, lin, rosa, hours_pass):
    keep_rule(river, is_on=True, after_minutes=30, most_cases=5, by=rosa)
    case = ask_for(mira, [river], by=mira.person)
    answering.decline(case, reason="no_bed", by=rosa)
    hours_pass(2)
    assert (by_rule(case), again(case).status) == ([], "returned")


def test_while_those_who_ask_are_away_the_machine_says_it_once_and_goes_on(joined, partner, rule, river, lin, rosa):
    their = TheirCase(partner, joined, their_clinician(their_hospital()), [river])
    case = their.row
    assert (case.status, has_it(case), their.of.proposals) == ("allocated", ["Lin"], 1)
    for _ in range(3):
        with_time(case)
    (act,) = by_rule(case)
    answering.sign(case, words("Halve the dose."), by=lin.person)
    their.includes(act)
    assert (again(case).status, their.of.proposals, len(by_rule(case))) == ("answered", 1, 1)
    assert Notice.objects.filter(kind="consultation.given").count() == 1


def test_what_the_machine_said_in_vain_is_no_persons_to_be_told_of(joined, partner, rule, river, lin, rosa):
    their = TheirCase(partner, joined, their_clinician(their_hospital()), [river])
    (act,) = by_rule(their.row)
    their.order("withdraw", {"reason": ""})
    their.includes(act)
    assert their.row.status == "withdrawn"
    assert not Notice.objects.filter(kind="consultation.without_effect").exists()


def test_a_rule_is_kept_by_the_coordinator_of_its_hospital_alone(river, rosa, anna):
    with pytest.raises(NoPart):
        keep_rule(river, is_on=True, after_minutes=0, most_cases=5, by=anna)
    assert not AllocationRule.objects.exists()
    keep_rule(river, is_on=True, after_minutes=0, most_cases=5, by=rosa)
    assert AllocationRule.objects.visible_to(rosa).exists()
    assert not AllocationRule.objects.visible_to(anna).exists()
