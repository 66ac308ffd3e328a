"""Plans of joint actions: begun from an event or for a year, how far they are, their report in three languages."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader
from tests.node.council.measure_scenes import a_measure, adopted
from tests.node.council.scenes import say
from tests.node.joint.scenes import PARAGRAPH
from tests.node.notifications.scenes import bring, notified

from tocsin.joint.texts.paragraphs import read_text
from tocsin.joint.texts.standing import ready_to_adopt
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.actions.drafting import propose
from tocsin.node.council.models import DecisionDraft, Measure
from tocsin.node.notifications.models import NotifiedEvent

pytestmark = pytest.mark.django_db
PLANS = "/council/plans/"
SECOND = {
    "id": "p2", "kind": "operative", "rev": 1,
    "texts": {
        "ru": {"text": "Провести учение.", "rev": 1, "standing": "authentic"},
        "zh-hans": {"text": "开展演练。", "rev": 1, "standing": "authentic"},
    },
}  # fmt: skip


@pytest.fixture
def browser(dara, signed_in):
    return signed_in(dara)


def a_plan(dara, joined, partner, *measures, **said):
    text = {"paragraphs": [PARAGRAPH, SECOND]}
    return adopted(dara, joined, partner, *measures, kind="plan", year=2027, text=text, **said)


@pytest.fixture
def plan(dara, joined, partner):
    training = {"kind": "training", "origin": None, "id": None, "text": "Course in Karsu"}
    of = a_plan(
        dara, joined, partner, a_measure("m1", "BO", days=20), a_measure("m2", "CE", days=-4, paragraph="p2"),
        a_measure("m3", "AL", days=50, paragraph=None, links=[training]),
    )  # fmt: skip
    say(partner, joined, "BO", of, "accept_measure", measure="m1")
    evidence = [{"title": "Акт", "link": "https://bo.example/act"}]
    say(partner, joined, "BO", of, "finish_measure", measure="m1", text="Выполнено.", evidence=evidence)
    return of


def words(answer):
    assert answer.status_code == 200, answer.content
    document = Document(io.BytesIO(answer.content))
    section = document.sections[0]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    edges = [one.text for edge in (section.header, section.footer) for one in edge.paragraphs]
    return "\n".join([*(one.text for one in document.paragraphs), *cells, *edges])


def report(browser, of, language, format="docx"):
    return browser.get(f"{PLANS}{of.pk}/report/{language}.{format}")


def test_measures_stand_by_the_paragraph_that_they_carry_out(browser, plan):
    page = browser.get(f"{PLANS}{plan.pk}/")
    assert "1 of 3 measures done, 1 overdue" in page.text
    progress = page.context["progress"]
    assert [(group.number, len(group.lines), group.done) for group in progress.groups] == [
        (1, 1, 1),
        (2, 1, 0),
        (0, 1, 0),
    ]
    assert (progress.checked, progress.declined) == (0, 0)
    for expected in ("4 days over", "Course in Karsu", "Выполнено.", "Besides the paragraphs"):
        assert expected in page.text


def test_the_list_counts_what_is_done_and_overdue_in_one_query(browser, plan, dara, joined, partner):
    page = browser.get(PLANS)
    assert "1 plan of joint actions" in page.text
    (row,) = page.context["rows"]
    assert (row.all, row.done, row.overdue) == (3, 1, 1)
    with CaptureQueriesContext(connection) as few:
        browser.get(PLANS)
    for _ in range(3):
        a_plan(dara, joined, partner, a_measure("m1"), a_measure("m2"))
    with CaptureQueriesContext(connection) as many:
        assert len(browser.get(PLANS).context["rows"]) == 4
    assert len(many) == len(few)


def test_what_is_no_plan_has_no_progress(browser, dara, joined, partner):
    of = adopted(dara, joined, partner, a_measure())
    assert browser.get(f"{PLANS}{of.pk}/").status_code == 404
    assert browser.get(PLANS).context["rows"] == []


@pytest.mark.parametrize(
    ("language", "title", "wording"),
    [("en", "Joint survey of the focus", "Усилить надзор"), ("ru", "Совместное обследование очага", "Усилить надзор"),
     ("zh-hans", "联合调查疫源地", "加强口岸监测")],
)  # fmt: skip
def test_the_report_is_in_each_language_in_both_formats(browser, plan, language, title, wording):
    said = words(report(browser, plan, language))
    for expected in (title, wording, "Выполнено.", "https://bo.example/act", "УЧЕНИЕ"):
        assert expected in said
    pdf = report(browser, plan, language, "pdf")
    assert pdf["Content-Type"] == "application/pdf"
    pages = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert title[:4] in pages
    assert AuditEntry.objects.filter(act="plan.exported").count() == 2


def test_the_report_says_which_states_take_part_and_for_whom_it_is(browser, plan):
    said = words(report(browser, plan, "en"))
    assert all(name in said for name in ("Altania", "Borenia", "Cetara"))
    assert said.count("agrees (by consent)") == 3
    assert said.count("For: all members") == 2, "at the top and at the bottom"
    assert "Dara, Altania" in said
    assert "not a legal signature" in said


def test_an_unknown_language_or_format_is_not_there(browser, plan, person, signed_in):
    assert report(browser, plan, "kk").status_code == 404
    assert report(browser, plan, "en", "odt").status_code == 404
    assert report(signed_in(person("translator")), plan, "en").status_code == 403


def test_a_plan_for_a_year_begins_in_three_languages(browser, joined):
    page = browser.get(f"{PLANS}begin/?about=2027")
    answer = browser.post(
        f"{PLANS}begin/?about=2027", {"body": "coordination-council", "measures": ["exercise", "training"]}
    )
    draft = DecisionDraft.objects.get()
    assert answer.url == f"/council/drafts/{draft.pk}/"
    said = draft.said
    assert (said["kind"], said["year"], said["event"], len(said["measures"])) == ("plan", 2027, None, 2)
    assert set(said["title"]) == {"en", "ru", "zh-hans"}
    text = read_text(said["text"])
    assert ready_to_adopt(text, ["ru", "zh-hans"]) == ()
    assert {one["paragraph"] for one in said["measures"]} <= {one.id for one in text.paragraphs}
    assert "Joint exercise" in page.text


def test_a_plan_from_a_partners_event_suggests_what_it_asks_for_and_does(browser, joined, partner, diseases):
    bring(partner, joined, notified(partner))
    head = NotifiedEvent.objects.get()
    head.shown.body["support"] = ["mobile_laboratory", "vaccines"]
    head.shown.body["measures"] = [
        {"measure": "ring_vaccination", "status": "intended", "sector": "health", "since": None},
        {"measure": "ring_vaccination", "status": "taken", "sector": "border", "since": None},
    ]
    head.shown.save()
    address = f"{PLANS}begin/?about={head.origin}%20{head.origin_event}"
    page = browser.get(address)
    assert "Help asked for: mobile laboratory" in page.text
    codes = [one.code for one in page.context["found"]]
    assert codes.count("measure-ring_vaccination") == 1
    answer = browser.post(address, {"body": "coordination-council", "measures": codes})
    assert answer.status_code == 302
    said = DecisionDraft.objects.get().said
    assert said["event"] == {"origin": "BO", "id": str(head.origin_event)}
    assert {one["state"] for one in said["measures"]} == {"BO"}
    assert all(one["links"][0]["id"] == str(head.origin_event) for one in said["measures"])


def test_a_draft_from_an_event_can_be_proposed_as_it_is(browser, joined, partner, dara, diseases):

    bring(partner, joined, notified(partner))
    head = NotifiedEvent.objects.get()
    address = f"{PLANS}begin/?about={head.origin}%20{head.origin_event}"
    codes = [one.code for one in browser.get(address).context["found"]]
    browser.post(address, {"body": "coordination-council", "measures": codes})
    draft = DecisionDraft.objects.get()
    of = propose(draft, version=draft.version, by=dara)
    page = browser.get(f"{PLANS}{of.pk}/")
    assert "This is a draft." in page.text
    assert not Measure.objects.exists()


@pytest.mark.parametrize("about", ["BO 0197c2f0-0000-7000-8000-000000000000", "nonsense", "BO x", "99999"])
def test_what_nobody_knows_here_begins_nothing(browser, joined, about):
    assert browser.get(f"{PLANS}begin/", {"about": about}).status_code == 404


def test_a_body_that_adopts_no_plans_is_refused_and_readers_begin_none(browser, joined, person, signed_in):
    answer = browser.post(f"{PLANS}begin/?about=2027", {"body": "plague-experts"})
    assert answer.status_code == 422
    assert not DecisionDraft.objects.exists()
    assert signed_in(person("epidemiologist")).get(f"{PLANS}begin/").status_code == 403
