"""What nobody should type, and what only looks as if nobody could."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.node.consultations.scenes import IDENTITY, a_draft, ask_for
from tests.node.consultations.theirs import their_clinician, their_hospital

from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.consultations.refusals import Identifying, InvalidInput
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.naming import keys_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wei(partner):
    return their_clinician(their_hospital())


def refused(draft, by) -> list[str]:
    """What stands against it; nothing of it has left."""
    with pytest.raises(InvalidInput) as told:
        submit(draft, version=draft.version, by=by)
    assert not Case.objects.exists()
    assert not ClinicalNote.objects.exists()
    return [one.field for one in told.value.problems]


@pytest.mark.parametrize("born", [1, 36_500])
def test_nobody_is_asked_about_somebody_who_is_not_born_yet(born, mira, wei, joined):
    day = timezone.now().date() + timedelta(days=born)
    draft = a_draft(mira, [wei.hospital], by=mira.person, identity=IDENTITY | {"birth_date": day})
    assert refused(draft, mira.person) == ["identity.birth_date"]
    assert not joined.store.outbox(10)


def test_somebody_who_is_born_today_where_the_hospital_is_may_be_asked_about(mira, hill, wei):
    """On the day that has begun there, whatever the day is in Greenwich."""
    hill.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    hill.save()
    mira.refresh_from_db()
    there = (timezone.now() + timedelta(hours=14)).date()
    ask_for(mira, [wei.hospital], by=mira.person, identity=IDENTITY | {"birth_date": there})
    assert Case.objects.count() == 1


def care(**said) -> dict:
    return {"care": {"given": True, "on": "2026-03-01", "basis": "patient"} | said}


@pytest.mark.parametrize(
    "consent",
    [
        {}, care(given=False), care(on=None), care(on="2026-02-30"), care(on="2999-01-01"), care(basis=""),
        {"teaching": care()["care"]},
    ],
)  # fmt: skip
def test_without_a_whole_consent_to_care_nothing_leaves(consent, mira, wei, joined):
    draft = a_draft(mira, [wei.hospital], by=mira.person, consent=consent)
    assert all(one.startswith("consent.care") for one in refused(draft, mira.person))
    assert not joined.store.outbox(10)


@pytest.mark.parametrize("status", [one for one in Hospital.Status.values if one != "active"])
@pytest.mark.parametrize("whose", ["asking", "asked"])
def test_a_hospital_that_takes_no_part_neither_asks_nor_is_asked(whose, status, mira, hill, wei, joined):
    draft = a_draft(mira, [wei.hospital], by=mira.person)
    Hospital.objects.filter(pk=(hill if whose == "asking" else wei.hospital).pk).update(status=status)
    assert refused(draft, mira.person) == ["clinician" if whose == "asking" else "asked"]
    assert not joined.store.outbox(10)


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("王", "患者王，今日加重。", True), ("王", "国王的病例", False), ("Ы", "SpO2 88 %, FiO2 0.4.", False),
        ("O", "Group O, Rh+. SpO2 88 %.", False), ("Я", "Пациент Я. третий день лихорадит.", True),
    ],
)  # fmt: skip
def test_a_name_of_one_character_is_looked_for_where_it_is_a_name(name, text, is_found, mira, wei):
    draft = a_draft(mira, [wei.hospital], by=mira.person, identity={"names": [name]}, text=text)
    if is_found:
        with pytest.raises(Identifying):
            submit(draft, version=draft.version, by=mira.person)
    else:
        submit(draft, version=draft.version, by=mira.person)
    assert Case.objects.exists() is not is_found


@pytest.mark.parametrize(("language", "called"), [("ru", "Я"), ("en", "O"), ("zh", "李")])
def test_a_hospital_and_a_clinician_of_one_character_are_asked_and_found(language, called, mira, wei, browser):
    name = {"en": "", "ru": "", "zh": ""} | {language: called}
    for row in (wei, wei.hospital, mira):
        row.names = name
        for key, value in keys_of(name).items():
            setattr(row, key, value)
        row.save()
    case = ask_for(mira, [wei.hospital], by=mira.person, identity={"birth_date": date(1971, 4, 12)})
    assert cases_with(called, mira.person) == [case.pk]
    for where in (f"/consultations/{case.pk}/", f"/consultations/{case.pk}/fhir/", f"/hospitals/?q={called}"):
        page = browser.get(where)
        assert (page.status_code, called in page.content.decode()) == (200, True), where
