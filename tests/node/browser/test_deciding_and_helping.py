"""From an event to a decision, and from a request to what was handed over, between nodes that are really run.

Altania's people read Russian, Borenia's English, Cetara's Chinese. Whatever they do, they do by the pages: a session is
called because of the event, a decision written in three languages, objected to, amended and adopted; its measure is
done and verified; help is asked for, offered in parts by two states, accepted, sent, and signed for by both sides.
"""

from collections.abc import Iterator

import pytest
from scripts import demo_alliance
from tests.node.browser import deciding, helping
from tests.node.browser.officers import Officer, at_browsers
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.post.test_served_alliance import free_ports, rows, serving, soon

pytestmark = [pytest.mark.verify, pytest.mark.long]

LANGUAGES = {"AL": "ru", "BO": "en", "CE": "zh-hans"}
ELSEWHERE = ("DO", "FA", "EL")  # members that run no node here
HELPERS = ("BO", "CE")
People = dict[str, dict[str, Officer]]
ACTS = "SELECT act FROM alliance_auditentry WHERE by_id IS NOT NULL ORDER BY number"
STATUS = "SELECT status FROM council_decision"
COVERED = "SELECT requested || ' ' || accepted || ' ' || delivered FROM assistance_requestitem ORDER BY requested"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deciding-and-helping")
    made = demo_alliance.places(folder, list(LANGUAGES), free_ports(6))
    demo_alliance.build(folder, made, LANGUAGES, every_seconds=1)
    demo_alliance.let_people_in(made)
    with serving(*made):
        yield {place.code: place for place in made}


@pytest.fixture
def people(nodes, chromium) -> Iterator[People]:  # noqa: F811
    names = {"AL": ("duty.officer", "delegate", "logistics")}
    others = ("delegate", "alternate", "logistics")
    made = {code: at_browsers(chromium, nodes[code], "story", *names.get(code, others)) for code in nodes}
    yield made
    for officers in made.values():
        for officer in officers.values():
            officer.page.context.close()


def test_from_an_event_to_a_decision_and_from_a_request_to_a_hand_over(nodes, people):
    duty, al = people["AL"]["duty.officer"], people["AL"]["delegate"]
    bo, ce = people["BO"]["delegate"], people["CE"]["delegate"]

    event = deciding.opens_an_event(duty)
    session = deciding.calls_a_session(al, event, but=ELSEWHERE)
    deciding.names_who_comes(al, session, "Дара Алим")
    deciding.names_who_comes(ce, session, "李明")
    deciding.opens_the_session(al, session, coming="李明")
    deciding.writes_a_draft(al, session, but=ELSEWHERE)
    decision = deciding.proposes(al)
    deciding.objects(bo, decision)
    deciding.amends(al, decision)
    for agreed, delegate in enumerate((al, bo, ce)):
        deciding.agrees(delegate, decision, version=2, after=agreed)
    ce.looks("agreed")
    deciding.adopts(al, decision)
    deciding.concludes(al, session)
    measure = deciding.reports_the_measure(bo)
    deciding.verifies_the_measure(al, measure)
    for place in nodes.values():
        soon(lambda at=place: rows(at, STATUS) == ["in_force"], f"{place.code} to have the decision in force")

    draft = helping.begins_a_request(duty, event)
    request = helping.releases(al, helping.submits_a_request(people["AL"]["logistics"], draft))
    for code, quantities in (("BO", (6_000, 0)), ("CE", (5_000, 150))):
        helpers = people[code]
        helping.offers(helpers["logistics"], helpers["alternate"], request, of=quantities, place=f"{code} store")
    helping.accepts(al, request, HELPERS)
    for code in HELPERS:
        helping.plans(people[code]["logistics"], request)
    helping.clears(people["AL"]["logistics"], request, HELPERS)
    for code in HELPERS:
        helping.dispatches(people[code]["logistics"], request)
    helping.receives(people["AL"]["logistics"], request, HELPERS)
    for code in HELPERS:
        helping.signs(people[code]["logistics"], request, code)
    helping.closes(al, request, "10\xa0000")
    for place in nodes.values():
        soon(lambda at=place: rows(at, COVERED) == ["200 150 150", "10000 10000 10000"], f"{place.code} to know it")

    paper, words = helping.takes_the_report(al, request, "zh-hans")
    assert paper.startswith(b"%PDF")
    assert "10,000" in words
    ce.goes(request)
    ce.looks("closed")
    acts = rows(nodes["AL"], ACTS)
    told = ["session.convene", "decision.propose", "decision.amend", "decision.adopt", "decision.verify_measure"]
    told += ["assistance.request", "assistance.accept", "assistance.hand_over", "assistance.close"]
    assert [act for at, act in enumerate(acts) if act in told and act not in acts[:at]] == told
