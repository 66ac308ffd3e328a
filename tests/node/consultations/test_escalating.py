"""A case that nobody answers: who is told at half of its time, at four fifths, and when it is over."""

from collections import Counter
from datetime import timedelta

import pytest
from tests.node.consultations.clocks import hours_pass
from tests.node.consultations.scenes import ask_for, closed, seen, words
from tests.node.consultations.theirs import TheirCase, bring, said_to_be, their_clinician, their_hospital

from tocsin.node.alliance.models import Notice
from tocsin.node.consultations.actions import answering, asking
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.pages.measures import measures

pytestmark = pytest.mark.django_db
__all__ = ["hours_pass"]
STEPS = ("half", "soon_late", "late", "late_for_us")
HOURS = 4  # of an urgent case, within which the first answer is due


@pytest.fixture
def vlad(river, person):
    """Manages the hospital that is asked."""
    return person("hospital_manager", name="Vlad", organisation=river.organisation)


@pytest.fixture
def case(mira, river, lin, rosa, vlad, anna):
    """Asked and given to Lin."""
    made = ask_for(mira, [river], by=mira.person)
    answering.allocate(made, [lin], by=rosa)
    return Case.objects.get(pk=made.pk)


def told() -> Counter[tuple[str, str]]:
    """Which step each person was told of, and how often."""
    kinds = [f"consultation.{step}" for step in STEPS]
    rows = Notice.objects.filter(kind__in=kinds).values_list("kind", "person__name")
    return Counter((kind.removeprefix("consultation."), name) for kind, name in rows)


HALF = {("half", "Rosa"): 1, ("half", "Lin"): 1}
SOON = {("soon_late", name): 1 for name in ("Rosa", "Lin", "Vlad")}
LATE = {("late", name): 1 for name in ("Rosa", "Lin", "Vlad")} | {("late_for_us", "Mira"): 1}


def test_each_step_is_told_once_to_those_whom_it_concerns(case, hours_pass):
    assert case.answer_by - case.begun_at == timedelta(hours=HOURS)
    assert case.of.due_at == case.begun_at + timedelta(hours=HOURS / 2)
    for hours, expected in (
        (0.49 * HOURS, {}),
        (0.51 * HOURS, HALF), (0.6 * HOURS, HALF), (0.79 * HOURS, HALF),
        (0.81 * HOURS, HALF | SOON), (0.9 * HOURS, HALF | SOON), (0.99 * HOURS, HALF | SOON),
        (1.01 * HOURS, HALF | SOON | LATE), (3 * HOURS, HALF | SOON | LATE), (9 * HOURS, HALF | SOON | LATE),
    ):  # fmt: skip
        for _ in range(2):
            hours_pass(hours)
        assert told() == expected, hours
    assert Case.objects.get().warned == 3


def test_a_machine_that_was_off_tells_only_the_last_step(case, hours_pass):
    hours_pass(1.5 * HOURS)
    assert told() == LATE


def test_nobody_is_told_after_an_answer(case, lin, hours_pass):
    hours_pass(0.55 * HOURS)
    answering.sign(case, words("Meropenem."), seen=seen(case), by=lin.person)
    hours_pass(2 * HOURS)
    assert told() == HALF


def test_nor_while_those_who_asked_are_to_answer_a_question(case, mira, lin, hours_pass):
    answering.ask(case, words("Any allergy?"), by=lin.person)
    hours_pass(0.9 * HOURS)
    assert told() == {}
    asking.reply(case, "q1", words("None."), by=mira.person)
    hours_pass(0.91 * HOURS)
    assert told() == SOON, "the time did not stand still"


@pytest.mark.parametrize("how", ["withdraw", "return", "decline"])
def test_nor_of_a_case_that_is_over_or_was_given_back(how, case, mira, rosa, lin, hours_pass):
    if how == "withdraw":
        asking.withdraw(case, reason="Transferred.", by=mira.person)
    elif how == "return":
        answering.give_back(case, reason="images_missing", by=lin.person)
    else:
        answering.decline(case, reason="no_bed", by=rosa)
    hours_pass(2 * HOURS)
    assert told() == {}


def test_before_anybody_has_it_the_coordinator_is_told(mira, river, lin, rosa, vlad, hours_pass):
    ask_for(mira, [river], by=mira.person)
    hours_pass(0.55 * HOURS)
    assert told() == {("half", "Rosa"): 1}
    hours_pass(0.85 * HOURS)
    assert told() == {("half", "Rosa"): 1, ("soon_late", "Rosa"): 1, ("soon_late", "Vlad"): 1}


@pytest.mark.parametrize(("urgency", "hours"), [("emergency", 1), ("urgent", 4), ("routine", 24)])
def test_the_time_is_that_of_its_urgency(urgency, hours, mira, river, rosa, hours_pass):
    ask_for(mira, [river], by=mira.person, urgency=urgency)
    hours_pass(0.49 * hours)
    assert told() == {}
    hours_pass(0.51 * hours)
    assert told() == {("half", "Rosa"): 1}


def test_another_round_has_steps_of_its_own(case, mira, lin, rosa, hours_pass):
    hours_pass(1.1 * HOURS)
    first = told()
    answering.sign(case, words("Meropenem."), by=lin.person)
    asking.reopen(closed(Case.objects.get(), by=mira.person), words("It is back."), by=mira.person)
    row = Case.objects.get()
    assert (row.warned, row.status) == (0, "allocated")
    hours_pass(1.55 * HOURS)
    assert told() - first == {}, "it began anew when it was opened again"
    hours_pass(1.65 * HOURS)
    assert told() - first == HALF


def test_of_a_case_abroad_only_those_who_wait_for_it_are_told_here(joined, partner, mira, anna, hours_pass):
    wei = their_clinician(their_hospital())
    case = ask_for(mira, [wei.hospital], by=mira.person)
    bring(partner, joined, said_to_be(partner, case, [wei]))
    hours_pass(0.9 * HOURS)
    assert told() == {}
    hours_pass(1.1 * HOURS)
    assert told() == {("late_for_us", "Mira"): 1}


def test_of_a_case_of_theirs_those_who_are_asked_are_told_here(joined, partner, river, lin, rosa, vlad, hours_pass):
    their = TheirCase(partner, joined, their_clinician(their_hospital()), [river])
    answering.allocate(their.row, [lin], by=rosa)
    for hours in (0.55, 0.85, 1.1):
        hours_pass(hours * HOURS)
    assert told() == HALF | SOON | {key: n for key, n in LATE.items() if key[0] == "late"}


def test_whoever_gets_it_late_is_told_of_what_is_to_come(mira, river, lin, omar, rosa, vlad, hours_pass):
    case = ask_for(mira, [river], by=mira.person)
    hours_pass(0.6 * HOURS)
    answering.allocate(case, [omar], by=rosa)
    hours_pass(0.85 * HOURS)
    assert told()[("soon_late", "Omar")] == 1
    assert ("soon_late", "Lin") not in told()


@pytest.mark.parametrize(("urgency", "days"), [("emergency", 1), ("urgent", 3), ("routine", 14)])
def test_a_case_that_nobody_takes_ends_and_those_who_ask_are_told(urgency, days, mira, river, rosa, anna, hours_pass):
    """It is one that nobody took, for both hospitals."""
    ask_for(mira, [river], by=mira.person, urgency=urgency)
    hours_pass(24 * days - 1)
    assert Case.objects.get().status == "submitted"
    for _ in range(2):
        hours_pass(24 * days + 1)
    assert Case.objects.get().status == "expired"
    nobody = Notice.objects.filter(kind="consultation.nobody_took")
    assert [one.person.name for one in nobody] == ["Mira"]
    assert (measures(rosa).all_asked.untaken, measures(anna).all_asking.untaken) == (1, 1)


def test_a_notice_says_no_word_of_the_patient(case, hours_pass):
    for hours in (0.55, 0.85, 1.1):
        hours_pass(hours * HOURS)
    said = " ".join(str(one.values) for one in Notice.objects.all())
    assert case.number in said
    assert not [word for word in ("Man", "54", "Fever", "Иванов") if word in said.replace(case.number, "")]
