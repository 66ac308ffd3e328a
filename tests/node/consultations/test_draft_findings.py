"""Findings in the form of a case: vital signs, laboratory, medication, support, diagnoses, row by row."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some
from tests.node.consultations.draft_scenes import AT, FOUND, QUIET, again, at, posted, seen, sorted_members
from tests.node.consultations.scenes import CONTENT, a_draft

from tocsin.clinical.content import normalised
from tocsin.clinical.measures import laboratory, vitals
from tocsin.clinical.vocabulary import LANGUAGES, codes, units_of
from tocsin.node.consultations.forms.draft_course import CourseStep
from tocsin.node.consultations.forms.draft_fields import moment_of, moment_parts
from tocsin.node.consultations.forms.draft_vitals import VitalsSets
from tocsin.node.consultations.forms.draft_words import test_typed as typed_test
from tocsin.node.consultations.forms.draft_words import test_words as words_of_test
from tocsin.node.consultations.forms.draft_words import unit_typed, unit_words

pytestmark = pytest.mark.django_db


# -- findings --------------------------------------------------------------------------------------------------------


def course(draft, **typed) -> CourseStep:
    return CourseStep(again(draft), person=draft.by, **typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_is_opened_and_saved_changes_nothing(language, mira, river, signed_in):
    draft = a_draft(mira, [river], by=mira.person, content=FOUND)
    mira.person.language = language
    mira.person.save()
    with translation.override(language):
        data = posted(course(draft))
    browser = signed_in(mira.person)
    assert browser.post(at(draft, "course"), seen(draft, **data)).url == at(draft, "question")
    name = {"en": "cholera", "ru": "холера", "zh-hans": "霍乱"}[language]
    signs = [again(draft).content["vitals"], normalised(FOUND)["vitals"]]
    assert sorted(map(sorted_members, signs[0])) == sorted(map(sorted_members, signs[1]))
    for part in ("laboratory", "medication", "support", "presentation"):
        assert again(draft).content[part] == normalised(FOUND)[part], part
    (diagnosis,) = again(draft).content["diagnoses"]
    assert diagnosis == FOUND["diagnoses"][0] | {"display": name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_is_understood_as_it_is_shown(language):
    with translation.override(language):
        for test in laboratory().values():
            assert typed_test(words_of_test(test.loinc, "")) == test
            for unit in test.units:
                assert unit_typed(unit_words(unit)) == unit
        for unit in units_of("dose"):
            assert unit_typed(unit_words(unit)) == unit
        for name in codes("support_setting"):
            for unit in units_of("support_setting", name):
                assert unit_typed(unit_words(unit)) == unit


@given(
    minutes=some.integers(0, 10_000_000),
    zone=some.sampled_from(["Asia/Almaty", "Asia/Kolkata", "UTC", "no/zone"]),
)
def test_a_moment_is_the_same_after_a_form_has_shown_it(minutes, zone):
    said = f"{datetime(2025, 1, 1) + timedelta(minutes=minutes):%Y-%m-%dT%H:%MZ}"
    parts = moment_parts(said, zone)
    assert moment_of(parts["day"], parts["time"], zone) == said
    day = moment_parts(said[:10], zone)
    assert moment_of(day["day"], day["time"], zone) == said[:10]


@given(
    rows=some.lists(
        some.tuples(some.sampled_from(["2026-03-08", AT, "2026-03-09T07:30Z"]), some.sampled_from([*vitals()])),
        max_size=12,
    )
)
def test_every_sign_stands_in_a_set_of_its_time(rows):
    content = [
        {"at": when, "code": code, "value": str(index), "unit": vitals()[code].first_unit}
        for index, (when, code) in enumerate(rows)
    ]
    sets = VitalsSets(None, content, "Asia/Almaty", more=False)
    data = QueryDict(mutable=True)
    data["vitals-count"] = str(sets.rows.count)
    for form in sets.rows.forms:
        for name in form.fields:
            value = form[name].value()
            data[form.add_prefix(name)] = f"{value:%H:%M}" if isinstance(value, time) else str(value or "")
    kept = VitalsSets(data, [], "Asia/Almaty", more=False).said()
    numbers = [one for one in content if not vitals()[one["code"]].values]
    told = [one for one in kept if one["code"] != "consciousness"]
    assert sorted(told, key=lambda one: int(one["value"])) == numbers
    for index, row in enumerate(content):
        form, name = sets.place(index, "value")
        assert form[name].value() == row["value"]


def test_a_row_is_added_without_a_script(browser, draft):
    data = posted(course(draft))
    typed = seen(draft, **data | {"laboratory-0-test": "creatinine", "laboratory-0-value": "105", "more": "laboratory"})
    answer = browser.post(at(draft, "course"), typed)
    assert answer.url.endswith("?more=laboratory#laboratory")
    page = browser.get(answer.url.partition("#")[0]).text
    assert 'name="laboratory-0-test" value="creatinine"' in page
    assert 'name="laboratory-5-test"' in page


def test_a_result_without_a_day_is_of_the_day_above(browser, draft):
    data = posted(course(draft)) | {
        "laboratory-0-test": "креатинин", "laboratory-0-value": "105", "laboratory-0-unit": "мкмоль/л",
        "laboratory-0-day": "2026-03-09", "laboratory-0-time": "11:00",
        "laboratory-1-test": "SARS-CoV-2, RNA, airways", "laboratory-1-value": "not detected",
    }  # fmt: skip
    browser.post(at(draft, "course"), seen(draft, **data))
    first, second = again(draft).content["laboratory"]
    assert (first["loinc"], first["unit"], first["at"]) == ("14682-9", "umol/L", AT)
    assert (second["value"], second["unit"], second["at"]) == ("not_detected", "", AT)


def test_a_row_is_taken_out(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, content=FOUND)
    data = posted(course(draft)) | {"laboratory-0-remove": "on", "support-0-remove": "on"}
    browser.post(at(draft, "course"), seen(draft, **data))
    assert [one["display"] for one in again(draft).content["laboratory"]] == ["IL-6"]
    assert again(draft).content["support"] == []


def test_a_code_is_chosen_without_a_script(browser, draft):
    data = posted(course(draft)) | {"diagnoses-0-text": "холера"}
    answer = browser.post(at(draft, "course"), seen(draft, **data))
    page = browser.get(answer.url).text
    assert "No code is chosen for this diagnosis yet." in page
    assert 'name="pick" value="0 icd11 1A00"' in page
    browser.post(at(draft, "course"), seen(draft, **data, pick="0 icd11 1A00"))
    (row,) = again(draft).content["diagnoses"]
    assert (row["system"], row["code"], row["display"]) == ("icd11", "1A00", "cholera")


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("1a00", ("icd11", "1A00", "cholera")), ("A00.9", ("icd10", "A00.9", "cholera")),
        ("1A00 холера", ("icd11", "1A00", "cholera")), ("Z99.1 ventilated", ("icd10", "Z99.1", "ventilated")),
        ("fever", ("icd11", "?", "fever")), ("2019 virus", ("icd11", "?", "2019 virus")),
    ],
)  # fmt: skip
def test_a_diagnosis_that_is_typed(typed, row, browser, draft):
    browser.post(at(draft, "course"), seen(draft, **posted(course(draft)) | {"diagnoses-0-text": typed}))
    (kept,) = again(draft).content["diagnoses"]
    assert (kept["system"], kept["code"], kept["display"]) == row


def test_what_is_odd_stands_in_amber_and_does_not_hold(browser, draft):
    data = posted(course(draft)) | {"vitals-0-day": "2026-03-09", "vitals-0-heart_rate": "230"}
    assert browser.post(at(draft, "course"), seen(draft, **data)).url == at(draft, "question")
    assert re.search(r'class="field-warning".*?230 /min is unusual', browser.get(at(draft, "course")).text, re.DOTALL)
    look = browser.get(at(draft, "look")).text
    assert "heart rate: 230 /min is unusual" in look
    assert "Ask River Hospital" in look


def test_news2_stands_beside_the_signs_with_its_source(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, content=FOUND)
    page = browser.get(at(draft, "course")).text
    assert "NEWS2: 14, high risk" in page
    assert "9 Mar 2026, 11:00" in page.replace("\xa0", " ")
    assert "Royal College of Physicians, 2017" in page
    said = browser.post(at(draft, "course"), seen(draft, **posted(course(draft))), headers=QUIET).json()
    assert said["live"]["news2"].startswith("NEWS2: 14")


def test_rows_that_did_not_come_stay(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, content=FOUND)
    browser.post(at(draft, "course"), seen(draft, presentation="Worse."))
    now = again(draft).content
    assert now["presentation"] == "Worse."
    assert now["laboratory"] == normalised(FOUND)["laboratory"]
    assert len(now["vitals"]) == len(FOUND["vitals"])


def test_odd_content_never_breaks_a_page(browser, mira, river):
    odd = CONTENT | {"vitals": [{"code": "heart_rate"}, "x"], "patient": "nobody", "laboratory": [{}], "diagnoses": 7}
    draft = a_draft(mira, [river], by=mira.person, content=odd)
    for step in ("whom", "patient", "consent", "course", "question", "look"):
        assert browser.get(at(draft, step)).status_code == 200
