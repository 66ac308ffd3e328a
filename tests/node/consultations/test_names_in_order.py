"""Lists of people and hospitals from which somebody chooses stand in the order of the reader's language."""

import re

import pytest
from django.utils import translation
from tests.node.consultations.scenes import a_clinician, a_hospital, ask_for
from tests.node.consultations.test_measures import NOW, made

from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.pages.measures import first_cases, measures
from tocsin.node.correspondence.recipients import found_parties
from tocsin.node.hospitals.naming import keys_of

pytestmark = pytest.mark.django_db
THREE = {"C": ("Ёлкин", "白敏"), "B": ("Жуков", "上官杰"), "A": ("Яшин", "郭强")}
ORDERS = {"en": ["A", "B", "C"], "ru": ["C", "B", "A"], "zh-hans": ["C", "A", "B"]}


def named(row, en: str, more: str = "", said: tuple[str, str] | None = None):
    """With the keys that a directory keeps."""
    ru, zh = said or THREE[en]
    row.names = {"en": f"{en} {more}".strip(), "ru": f"{ru} {more}".strip(), "zh": f"{zh}{more}"}
    for key, value in keys_of(row.names).items():
        setattr(row, key, value)
    row.save()
    return row


@pytest.fixture
def three(river, person):
    return {
        en: named(a_clinician(river, person("clinician", name=f"Person {en}", organisation=river.organisation)), en)
        for en in THREE
    }


def order_of(page: str, people) -> list[str]:
    """In which order their boxes stand."""
    by_key = {str(one.pk): en for en, one in people.items()}
    return [by_key[key] for key in re.findall(r'value="([0-9a-f-]{36})"', page) if key in by_key]


@pytest.mark.parametrize("language", ORDERS)
def test_of_colleagues_who_could_have_the_case_and_of_members_of_a_panel(
    language, three, mira, lin, river, hill, rosa, signed_in
):  # fmt: skip
    asking_there = ask_for(three["A"], [hill], by=three["A"].person)
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    for reader in (three["A"].person, lin.person):
        reader.language = language
        reader.save()
    team = signed_in(three["A"].person).get(f"/consultations/{asking_there.pk}/team/")
    panel = signed_in(lin.person).get(f"/consultations/{case.pk}/panel/convene/")
    assert (team.status_code, panel.status_code) == (200, 200)
    assert order_of(team.text, three) == ORDERS[language]
    assert order_of(panel.text.partition("chair")[0], three) == ORDERS[language]


@pytest.mark.parametrize("language", ORDERS)
def test_of_those_to_whom_a_letter_could_go(language, three, state, mira):
    for en in THREE:
        named(a_hospital(state, f"Clinic {en}"), en, "xq")
    with translation.override(language):
        assert [one.names["en"] for one in found_parties("xq", by=mira.person)] == [
            f"{en} xq" for en in ORDERS[language]
        ]


@pytest.mark.parametrize("language", ORDERS)
def test_of_hospitals_in_measures(language, state, hill, river, anna):
    hospitals = [named(a_hospital(state, f"Clinic {en}"), en) for en in THREE]
    made(hill, hospitals)
    with translation.override(language):
        assert [one.hospital for one in measures(anna, now=NOW).asking] == [
            str(next(row for row in hospitals if row.names["en"] == en)) for en in ORDERS[language]
        ]
        waiting = [str(one.hospital) for one in first_cases() if one.hospital in hospitals]
        assert waiting == [str(next(row for row in hospitals if row.names["en"] == en)) for en in ORDERS[language]]
