"""Cyrillic and Chinese, rare letters and characters too, are the same behind every path: form, page, exchange, FHIR,
paper, search.
"""

import json
from base64 import b64decode
from io import BytesIO

import pytest
from docx import Document as Word
from pypdf import PdfReader
from tests.node.consultations.draft_scenes import again, at, seen
from tests.node.consultations.scenes import CONTENT, a_draft, ask_for
from tests.node.consultations.test_our_cases_abroad import left
from tests.node.consultations.theirs import an_opinion, bring, said_to_be, their_clinician, their_hospital
from tests.node.notifications.scenes import delivered

from tocsin.node.consultations.finding import cases_with
from tocsin.node.consultations.models import Case
from tocsin.node.hospitals.naming import keys_of

pytestmark = pytest.mark.django_db

THEIRS, OURS = {"en": "", "ru": "Ёлкинская больница № 3", "zh": "龘山医院"}, {"en": "", "ru": "", "zh": "鄂尔多斯医院"}
EXPERT, ASKER = {"en": "", "ru": "Щипачёва Ъыэ", "zh": "晁錒"}, {"en": "", "ru": "Ғабит Өтеұлы", "zh": ""}
SAID = "Лихорадка 9 дней, одышка — «сухой» кашель; Ё, Ғ, Қ, Ө, Һ. 发热九天，呼吸困难：脓毒症？"
ANSWER = "Меропенем 1 г × 3; ещё — гемоперфузия. 美罗培南，每八小时一次。"
DISEASE = "сап (糖鼻疽)"


def named(row, names: dict[str, str]):
    row.names = names
    for key, value in keys_of(names).items():
        setattr(row, key, value)
    row.save()
    return row


@pytest.fixture
def wei(partner):
    return named(their_clinician(named(their_hospital(), THEIRS)), EXPERT)


@pytest.fixture
def case(mira, hill, wei, joined, partner):
    """Asked of a hospital abroad, and answered there."""
    named(mira, ASKER)
    named(hill, OURS)
    content = CONTENT | {
        "presentation": SAID,
        "diagnoses": [{"system": "icd10", "code": "A24.0", "display": DISEASE, "certainty": "suspected"}],
    }
    case = ask_for(mira, [wei.hospital], by=mira.person, content=content, text=SAID)
    bring(partner, joined, said_to_be(partner, case, [wei]), *an_opinion(partner, case, wei, ANSWER))
    return Case.objects.get()


def squeezed(text: str) -> str:
    """Without blanks and breaks, which paper sets as it likes."""
    return "".join(text.split())


def test_by_the_form(mira, river, browser):
    draft = a_draft(mira, [river], by=mira.person)
    names = ["Щипачёва Ъыэ Өтеұлы", "晁錒", "司馬 龘"]
    browser.post(at(draft, "patient"), seen(draft, names="\n".join(names), age="54", age_unit="a", sex="male"))
    browser.post(at(draft, "question"), seen(draft, question_0="Ё? 脓毒症？", text=SAID))
    assert again(draft).content["questions"] == ["Ё? 脓毒症？"]
    assert again(draft).text == SAID
    page = browser.get(at(draft, "patient")).text
    assert all(name in page for name in names)


def test_in_the_exchange_both_ways(case, joined, partner):
    delivered(joined, partner, "BO")
    (note,) = [one for one in left(joined, partner) if one.type == "clinical-note"]
    assert (note.body["text"], note.body["content"]["presentation"]) == (SAID, SAID)
    assert note.body["content"]["diagnoses"][0]["display"] == DISEASE
    (entry,) = [one for one in partner.nodes["BO"].store.entries(most=99) if one.document == note.encode()]
    assert SAID in entry.document.decode()


def test_on_pages_and_in_fhir(case, mira, browser):
    page = browser.get(f"/consultations/{case.pk}/").text
    bundle = browser.get(f"/consultations/{case.pk}/fhir/")
    said = json.loads(bundle.content)
    for text in (SAID, THEIRS["ru"], OURS["zh"], EXPERT["ru"], ASKER["ru"]):
        assert text in page, text
    names = {one for entry in said["entry"] for one in _texts(entry["resource"])}
    for text in (SAID, DISEASE, *THEIRS.values(), *OURS.values(), *EXPERT.values(), *ASKER.values()):
        assert not text or text in names, text
    papers = [one["resource"] for one in said["entry"] if one["resource"]["resourceType"] == "DocumentReference"]
    texts = [b64decode(one["content"][0]["attachment"]["data"]).decode() for one in papers]
    assert texts == [ANSWER]


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_on_paper(language, case, mira, browser):
    where = f"/consultations/{case.pk}/outcome/{language}"
    word = Word(BytesIO(browser.get(f"{where}/docx/").content))
    pages = PdfReader(BytesIO(browser.get(f"{where}/pdf/").content)).pages
    told = {
        "docx": "".join(one.text or "" for one in word.element.body.iter()),
        "pdf": "".join(page.extract_text() for page in pages),
    }
    expert = EXPERT["zh"] if language == "zh-hans" else EXPERT["ru"]
    hospital = THEIRS["zh"] if language == "zh-hans" else THEIRS["ru"]
    for form, text in told.items():
        for wanted in (SAID, ANSWER, DISEASE, expert, hospital, OURS["zh"], ASKER["ru"]):
            assert squeezed(wanted) in squeezed(text), (form, wanted)


@pytest.mark.parametrize(
    "query",
    ["елкинская", "ёлкинской", "Yolkinskaya", "elkinskaya", "龘山", "dashan", "鄂尔多斯", "eerduosi", "脓毒症",
     "лихорадки", "likhoradka", "糖鼻疽", "сап", "меропенем", "meropenem", "美罗培南"],
)  # fmt: skip
def test_in_the_search(query, case, mira):
    assert cases_with(query, mira.person) == [case.pk]


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
