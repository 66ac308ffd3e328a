"""The board of measures and the page of one, as people use them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.node.council.measure_scenes import a_measure, adopted, measure_row
from tests.node.council.scenes import a_proposal, decision, say
from tests.node.joint.scenes import TheirObject, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.suite import digest
from tocsin.joint.acts import Reference
from tocsin.joint.decisions.state import Status
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council import measure_links
from tocsin.node.council.models import Measure
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointObject

pytestmark = pytest.mark.django_db
BOARD = "/council/measures/"


@pytest.fixture
def browser(dara, signed_in):
    return signed_in(dara)


@pytest.fixture
def officer(person, signed_in):
    """Reports on measures, and decides nothing."""
    return signed_in(person("duty_officer", name="Olga"))


def shown(browser, **asked):
    return browser.get(BOARD, asked)


def order(page):
    """Identifiers of measures as they stand on the board."""
    return [row.measure.measure for row in page.context["rows"]]


def say_it(browser, of, name, id="m1", **said):
    where = "report" if name in ("report", "finish") else "decide"
    page = browser.get(measure_links.measure(of.pk, id))
    return browser.post(
        f"{measure_links.measure(of.pk, id)}{where}/{name}/", {"seen": page.context["seen"], "language": "en", **said}
    )


def test_ours_come_first_then_the_alliances_order_and_what_is_done_last(browser, joined, partner, dara):
    adopted(
        dara, joined, partner, a_measure("ce", "CE", days=2), a_measure("bo", "BO", days=9),
        a_measure("late", "BO", days=-3), a_measure("ours", "AL", days=20), a_measure("ours-late", "AL", days=-1),
        a_measure("gone", "CE", days=-9),
    )  # fmt: skip
    Measure.objects.filter(measure="gone").update(status="verified")
    page = shown(browser)
    assert order(page) == ["ours-late", "ours", "late", "bo", "ce", "gone"]
    assert "1 of our measures is overdue" in page.text
    for words in ("3 days over", "9 days left", "2 days left", "1 day over"):
        assert words in page.text
    assert "9 days over" not in page.text, "what is done is not late"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"whose": "ours"}, ["ours"]), ({"show": "overdue"}, ["late"]), ({"state": "CE"}, ["ce"]),
        ({"status": "done"}, ["ce"]), ({"whose": "to_verify"}, ["ce"]), ({"q": "очага"}, ["ours", "ce", "late"]),
        ({"q": "Карсу"}, ["ours", "ce", "late"]), ({"q": "чума"}, []), ({"body": "plague-experts"}, []),
        ({"state": "XX"}, ["ours", "ce", "late"]), ({"decision": "no key"}, ["ours", "ce", "late"]),
        ({"sort": "deadline"}, ["late", "ce", "ours"]), ({"sort": "-deadline"}, ["ours", "ce", "late"]),
        ({"sort": "nonsense"}, ["ours", "ce", "late"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_stands_in_the_address(browser, joined, partner, dara, asked, found):
    adopted(
        dara, joined, partner, a_measure("ours", "AL"), a_measure("late", "BO", days=-3), a_measure("ce", "CE", days=4)
    )
    Measure.objects.filter(measure="ce").update(status="done")
    assert order(shown(browser, **asked)) == found


def test_of_one_decision_alone(browser, joined, partner, dara):
    one = adopted(dara, joined, partner, a_measure("m1"))
    adopted(dara, joined, partner, a_measure("m2"))
    assert order(shown(browser, decision=str(one.pk))) == ["m1"]


def test_nothing_of_what_is_not_adopted_or_fell_stands_there(browser, joined, partner, dara):
    a_proposal(dara, measures=[a_measure("m9")])
    assert "No state has taken on anything yet" in shown(browser).text
    of = adopted(dara, joined, partner, a_measure("m1"))
    assert order(shown(browser)) == ["m1"]
    of.decision.status = "revoked"
    of.decision.save()
    assert order(shown(browser)) == []


def test_as_many_queries_for_a_hundred_as_for_one(browser, joined, partner, dara):
    adopted(dara, joined, partner, a_measure("m0", "AL", days=-1))
    shown(browser)
    with CaptureQueriesContext(connection) as few:
        shown(browser)
    adopted(dara, joined, partner, *(a_measure(f"m{n}", ("AL", "BO", "CE")[n % 3], days=n - 9) for n in range(1, 40)))
    with CaptureQueriesContext(connection) as many:
        assert len(order(shown(browser))) == 40
    assert len(many) == len(few)


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
def test_titles_stand_in_the_readers_language(joined, partner, dara, person, signed_in, language):
    adopted(dara, joined, partner, a_measure())
    reader = signed_in(person("council_delegate", name="R", language=language))
    assert a_measure()["title"][language] in shown(reader).text


def test_the_table_goes_out_as_it_is_asked_for_and_is_on_record(browser, joined, partner, dara):
    adopted(
        dara,
        joined,
        partner,
        a_measure("m1", "BO", days=-2),
        a_measure("m2", "CE", title={"en": "=SUM(A1)", "ru": "Б"}),
    )
    said = b"".join(browser.get(f"{BOARD}export.csv", {"state": "BO"}).streaming_content).decode()
    assert "Joint survey of the focus" in said
    assert "2 days over" in said
    assert "SUM" not in said
    assert AuditEntry.objects.filter(act="measures.exported", by=dara).exists()
    for kind in ("xlsx", "pdf"):
        assert browser.get(f"{BOARD}export.{kind}").status_code == 200
    assert browser.get(f"{BOARD}export.doc").status_code == 400


def test_who_only_exports_takes_no_measures_along(signed_in, person, joined):
    assert signed_in(person("logistics")).get(f"{BOARD}export.csv").status_code == 403


def test_taken_on_reported_done_and_confirmed(browser, officer, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "AL", verifier="AL"))
    assert say_it(browser, of, "accept").status_code == 302
    assert measure_row().status == "accepted"
    said = {"text": "Two districts are done.", "title_1": "Report", "link_1": "https://al.example/report.pdf"}
    assert say_it(officer, of, "report", **said).status_code == 302
    page = browser.get(measure_links.measure(of.pk, "m1"))
    for words in (
        "Two districts are done.",
        "https://al.example/report.pdf",
        "Olga",
        "In progress",
        "Measure accepted",
    ):
        assert words.lower() in page.text.lower()
    assert say_it(officer, of, "finish", text="All of it.").status_code == 302
    assert say_it(browser, of, "return", reason="The table is missing.").status_code == 302
    assert measure_row().status == "in_progress"
    say_it(officer, of, "finish", text="With the table.")
    assert say_it(browser, of, "verify").status_code == 302
    assert measure_row().status == "verified"


def test_more_time_another_state_and_a_refusal_that_keeps_what_was_typed(browser, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "BO", days=5))
    early = timezone.localdate() + timedelta(days=3)
    answer = say_it(browser, of, "extend", deadline=early.isoformat(), reason="Snow closed the pass.")
    assert answer.status_code == 422
    assert "not later than the one there is" in answer.text
    assert "Snow closed the pass." in answer.text
    assert decision(of).measures[0].history[-1].act.kind == "adopt"
    later = timezone.localdate() + timedelta(days=40)
    assert say_it(browser, of, "extend", deadline=later.isoformat(), reason="Snow").status_code == 302
    assert measure_row().deadline == later
    assert say_it(browser, of, "reassign", state="DO").status_code == 422, "it does not bind DO"
    assert measure_row().state == "BO"
    assert say_it(browser, of, "reassign", state="CE").status_code == 302
    assert measure_row().state == "CE"


def test_who_looked_before_somebody_acted_is_told_and_nothing_is_sent(browser, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "AL"), a_measure("m2", "BO"))
    seen = browser.get(measure_links.measure(of.pk, "m1")).context["seen"]
    say(partner, joined, "BO", of, "accept_measure", measure="m2")
    answer = browser.post(
        f"{measure_links.measure(of.pk, 'm1')}decide/decline/", {"seen": seen, "reason": "No staff.", "language": "en"}
    )
    assert answer.status_code == 409
    assert "after you had looked" in answer.text
    assert "No staff." in answer.text
    assert measure_row("m1").status == "assigned"


def test_only_what_is_possible_is_offered(browser, officer, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "AL", verifier="BO"), a_measure("m2", "BO", verifier="BO"))
    offered = lambda who, id: [one["name"] for one in who.get(measure_links.measure(of.pk, id)).context["forms"]]  # noqa: E731
    assert offered(browser, "m1") == ["accept", "decline", "extend", "reassign"]
    assert offered(browser, "m2") == ["extend", "reassign"], "it is another's, and we keep the decision"
    assert offered(officer, "m1") == []
    say_it(browser, of, "accept")
    assert offered(officer, "m1") == ["report", "finish"]


def test_a_measure_of_another_states_decision_is_sent_and_shown_as_sent(browser, joined, partner, dara):
    their = TheirObject(partner, "BO", concerned=["BO", "CE"], measures=[a_measure("m1", "AL", verifier="BO")])
    agreed = [theirs(partner, "CE", their.key, "consent", {"version": 1, "ad_referendum": False})]
    bring(partner, joined, *agreed, name="CE")
    entry = joined.store.known("CE", [agreed[0].id])[agreed[0].id]
    place = entry.stream.epoch, entry.number
    reference = Reference("CE", agreed[0].id, digest(agreed[0].encode()), *place, agreed[0].body["act"]).as_json()
    their.order("consider", {"until": None})
    own = their.order("consent", {"version": 1, "ad_referendum": False}, includes=[reference])
    cited = [
        {"state": "BO", "by": "consent", "acts": [own.id]},
        {"state": "CE", "by": "consent", "acts": [agreed[0].id]},
    ]
    their.order("adopt", {"version": 1, "states": cited})
    bring(partner, joined, *their.documents, name="BO")
    of = JointObject.objects.get(object_id=their.key["id"])
    assert decision(of).status is Status.ADOPTED
    assert say_it(browser, of, "accept").status_code == 302
    assert measure_row().status == "assigned", "it counts once BO's order has it"
    page = browser.get(measure_links.measure(of.pk, "m1"))
    assert "sent, not yet in the order" in page.text.lower()
    assert [one["name"] for one in page.context["forms"]] == ["report", "finish"], "as it will be"


def test_a_measure_that_is_none_is_not_there(browser, joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1"))
    assert browser.get(measure_links.measure(of.pk, "m2")).status_code == 404
    assert browser.get(measure_links.measure("0197c2f0-0000-7000-8000-000000000000", "m1")).status_code == 404
    assert browser.post(f"{measure_links.measure(of.pk, 'm1')}decide/report/", {}).status_code == 404


def test_links_lead_to_what_is_here_and_are_words_where_it_is_not(browser, joined, partner, dara, person):
    session = "0197c2f0-0000-7000-8000-000000000001"
    links = [
        {"kind": "session", "origin": "BO", "id": session, "text": "Urgent session"},
        {"kind": "training", "origin": None, "id": None, "text": "Training on sampling"},
    ]
    other = adopted(dara, joined, partner, a_measure("m0"))
    of = adopted(dara, joined, partner, a_measure("m1", links=links))
    page = browser.get(measure_links.measure(of.pk, "m1"))
    assert "Urgent session" in page.text
    assert "Training on sampling" in page.text
    assert session not in page.text
    assert other.pk != of.pk


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_the_page_speaks_the_readers_language_and_shows_no_code(joined, partner, dara, person, signed_in, language):
    of = adopted(dara, joined, partner, a_measure("m1", "AL", days=-1))
    browser = signed_in(person("council_delegate", name="Reader", language=language))
    say_it(browser, of, "accept")
    with translation.override(language):
        page = browser.get(measure_links.measure(of.pk, "m1"))
        assert word("decision_act", "accept_measure").lower() in page.text.lower()
    assert a_measure()["title"][language] in page.text
    assert "measure_" not in page.text.lower()
