"""After adoption: it enters into force and ends, others accede years later, its text stays as it was adopted."""

import pytest
from tests.exchange.types.council import ELSEWHERE, paragraph
from tests.joint.decisions.deciding import RULES, Deciding, adopted, hours

from tocsin.joint.acts import ObjectId
from tocsin.joint.decisions.afterwards import revokes
from tocsin.joint.decisions.due import due_at, next_machine_act
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Status

CHANGE = {"paragraph": "p2", "after": "p1", "to": paragraph("p2")}
YEAR = 365 * 24


def test_a_text_is_not_amended_once_it_is_adopted():
    made = adopted()
    before = made.decision.text
    for state in ("AL", "BO"):
        made.does(state, "amend", base=1, changes=[CHANGE], measures=None, duties=None, note="")
        assert made.code == "text-is-adopted"
    assert made.decision.text == before


def test_a_translation_may_be_set_beside_an_adopted_text():
    made = adopted()
    made.does("CE", "translate", base=1, language="kk", standing="machine", texts={"p1": "Мемлекеттер хабарласады."})
    assert made.decision.text.paragraph("p1").wording("kk")
    made.does("CE", "translate", base=1, language="ru", standing="machine", texts={"p1": "Иначе."})
    assert made.code == "official-language"
    made.does("CE", "translate", base=2, language="kk", standing="machine", texts={"p1": "Иначе."})
    assert made.code == "no-such-version"


def test_it_enters_into_force_at_once_where_it_says_so():
    made = adopted()
    assert next_machine_act(made.decision, hours(1)) == "enter_force"
    made.owner_does("enter_force", at=2)
    assert made.decision.in_force_since.at == hours(2)
    assert next_machine_act(made.decision, hours(3)) is None
    made.owner_does("implement")
    assert made.decision.status is Status.IMPLEMENTED


def test_it_enters_into_force_on_its_day_and_not_before():
    made = adopted(in_force={"when": "on", "on": "2026-03-11"})  # the beginning is 06:00 on 9 March
    assert due_at(made.decision) == hours(42)
    assert next_machine_act(made.decision, hours(41.99)) is None
    made.owner_does("enter_force", at=41.99)
    assert made.code == "not-in-force-yet"
    assert next_machine_act(made.decision, hours(42)) == "enter_force"
    made.owner_does("enter_force", at=42)
    assert made.decision.status is Status.IN_FORCE


def test_where_every_capital_refuses_nothing_enters_into_force():
    made = Deciding()
    for state in ("AL", "BO", "CE"):
        made.does(state, "consent", version=1, ad_referendum=True)
    made.adopts()
    for state in ("AL", "BO", "CE"):
        made.does(state, "not_clear", reason="")
    assert made.decision.bound == ()
    made.owner_does("enter_force")
    assert made.code == "nobody-bound"
    assert next_machine_act(made.decision, hours(9)) is None


@pytest.mark.parametrize("state", ["DE", "FO"])
def test_a_state_accedes_years_later(state):
    made = adopted()
    made.owner_does("enter_force")
    made.does(state, "accede", at=12 * YEAR, declaration="Без оговорок.")
    assert made.decision.bound == ("AL", "BO", "CE", state)
    (accession,) = made.decision.accessions
    assert (accession.state, accession.applied.at) == (state, hours(12 * YEAR))
    made.does(state, "accede", declaration="")
    assert made.code == "bound-already"


def test_who_stayed_out_may_accede_and_who_is_bound_or_not_entitled_may_not():
    made = Deciding().consents("AL", "BO")
    made.does("CE", "stay_out", version=1, reason="")
    made.adopts()
    made.does("BO", "accede", declaration="")
    assert made.code == "bound-already"
    made.does("XX", "accede", declaration="")
    assert made.code == "may-not-accede"
    made.does("CE", "accede", declaration="")
    assert made.decision.bound == ("AL", "BO", "CE")


def test_a_decision_that_is_over_takes_no_accession_and_no_amendment():
    made = adopted()
    made.owner_does("lapse", reason="")
    assert (made.decision.status, made.decision.ended.act.kind) == (Status.LAPSED, "lapse")
    made.does("DE", "accede", declaration="")
    assert made.code == "decision-over"
    made.does("CE", "position", paragraph=None, text="Сожалеем.")
    assert made.code == ""


@pytest.mark.parametrize(
    ("kind", "status"), [("not_agreed", Status.NOT_AGREED), ("withdraw", Status.WITHDRAWN)]
)  # fmt: skip
def test_a_decision_may_end_without_adoption(kind, status):
    made = Deciding().consents("AL", "BO", "CE")
    made.owner_does("silence", version=1, hours=24)
    made.owner_does(kind, reason="Единого мнения нет.")
    assert made.decision.status is status
    assert made.decision.silences[-1].ended.act.kind == kind
    made.owner_does("adopt", version=1, states=[])
    assert made.code == "decision-over"
    made.consents("BO")
    assert made.code == "decision-over"


def test_it_is_revoked_by_another_decision_that_its_owner_names():
    made = adopted()
    made.owner_does("revoke", by=made.object.as_json(), reason="")
    assert made.code == "revoked-by-itself"
    made.does("BO", "revoke", by=ELSEWHERE, reason="")
    assert made.code == "not-owner"
    made.owner_does("revoke", by=ELSEWHERE, reason="Принят новый план.")
    assert made.decision.status is Status.REVOKED
    assert ObjectId.of(made.decision.ended.act.said["by"]) == ObjectId("BO", ELSEWHERE["id"])


def test_a_decision_is_not_revoked_before_it_is_adopted():
    made = Deciding()
    made.owner_does("revoke", by=ELSEWHERE, reason="")
    assert made.code == "not-now"


def test_what_revokes_is_adopted_and_names_what_it_revokes():
    made = adopted()
    naming = {"amends": made.object.as_json()}
    assert revokes(adopted(**naming).decision, made.decision)
    assert not revokes(Deciding(**naming).decision, made.decision)
    assert not revokes(adopted(amends=None).decision, made.decision)
    assert not revokes(decision_of((), rules=RULES), made.decision)


def test_a_state_left_out_in_the_middle_is_not_waited_for_and_its_acts_stay_on_record():
    made = Deciding().consents("AL", "BO")
    made.does("CE", "comment", version=1, paragraph=None, text="Срок.")
    made.owner_does("leave_out", state="CE", reason="suspended")
    assert made.decision.standing("CE").kind == "left_out"
    assert any(step.applied.act.kind == "comment" for step in made.decision.history)
    made.consents("CE")
    assert made.code == "left-out"
    made.adopts()
    assert [one.state for one in made.decision.adoption.citations] == ["AL", "BO"]
    made.does("CE", "accede", declaration="")
    assert made.code == "left-out"
    made.owner_does("bring_back", state="CE", reason="suspended")
    made.does("CE", "accede", declaration="")
    assert made.decision.bound == ("AL", "BO", "CE")


def test_a_state_brought_back_stands_as_it_stood():
    made = Deciding().consents("BO")
    made.owner_does("leave_out", state="BO", reason="suspended")
    made.owner_does("bring_back", state="BO", reason="suspended")
    assert made.decision.standing("BO").kind == "consents"


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [
        ("leave_out", "AL", "owner-stays"),
        ("leave_out", "DE", "not-concerned"),
        ("leave_out", "CE", "left-out-already"),
        ("bring_back", "BO", "not-left-out"),
    ],
)
def test_who_cannot_be_left_out_or_brought_back(kind, state, code):
    made = Deciding()
    made.owner_does("leave_out", state="CE", reason="left")
    made.owner_does(kind, state=state, reason="left")
    assert made.code == code
