"""Consensus: what states answer, and what an adoption may cite of them."""

from dataclasses import replace

import pytest
from tests.exchange.types.council import paragraph
from tests.joint.decisions.deciding import RULES, Deciding, adopted, hours, text

from tocsin.joint.decisions.adopting import Missing, Pending, adoptable
from tocsin.joint.decisions.folding import try_act
from tocsin.joint.decisions.state import Adoption, Status

CHANGE = {"paragraph": "p2", "after": "p1", "to": paragraph("p2")}
AMENDED = {"base": 1, "changes": [CHANGE], "measures": None, "duties": None, "note": ""}


def cited(decision):
    return {one.state: one.by for one in decision.adoption.citations}


def test_a_decision_is_adopted_once_every_state_concerned_has_consented_or_stays_out():
    made = Deciding().consents("AL", "BO")
    assert adoptable(made.decision, hours(1)) == Missing((Pending("CE", "not-answered"),))
    made.does("CE", "stay_out", version=1, reason="")
    made.adopts()
    assert made.decision.status is Status.ADOPTED
    assert cited(made.decision) == {"AL": "consent", "BO": "consent", "CE": "stays_out"}
    assert made.decision.bound == ("AL", "BO")


def test_what_was_not_considered_is_not_adopted():
    made = Deciding(considered=False).consents("AL", "BO", "CE")
    assert adoptable(made.decision, hours(1)) == Missing(code="not-now")
    made.owner_does("consider", until="2026-03-20T06:00:00Z")
    assert isinstance(adoptable(made.decision, hours(1)), Adoption)
    assert made.decision.until is not None


def test_where_all_stay_out_nothing_is_adopted():
    made = Deciding()
    for state in ("AL", "BO", "CE"):
        made.does(state, "stay_out", version=1, reason="")
    assert adoptable(made.decision, hours(1)) == Missing(code="nobody-adopts")
    made.owner_does("adopt", version=1, states=[])
    assert made.code == "nobody-adopts"


def test_nothing_is_adopted_while_an_objection_stands():
    made = Deciding().consents("AL", "BO", "CE")
    made.does("CE", "object", version=1, paragraph="p1", reason="Срок.")
    made.owner_does("adopt", version=1, states=[])
    assert (made.code, made.last_refused.values["states"]) == ("objection-stands", ("CE",))
    made.does("CE", "lift_objection")
    assert made.decision.standing("CE").kind == "outstanding"  # who objects no more has not consented by that
    made.consents("CE").adopts()
    assert made.decision.status is Status.ADOPTED


@pytest.mark.parametrize(("kind", "said"), [("consent", {"ad_referendum": False}), ("stay_out", {"reason": ""})])
def test_a_state_that_consents_or_stays_out_objects_no_more(kind, said):
    made = Deciding().consents("AL", "BO")
    made.does("CE", "object", version=1, paragraph=None, reason="")
    made.does("CE", kind, version=1, **said)
    assert made.decision.objecting == ()
    made.adopts()


def test_of_two_delegates_of_one_state_at_once_the_last_in_its_stream_counts_and_both_are_on_record():
    made = Deciding().consents("AL", "CE")
    first = made.say("BO", "consent", {"version": 1, "ad_referendum": False}, name="Анна")
    second = made.say("BO", "object", {"version": 1, "paragraph": None, "reason": "Нет."}, name="Пётр")
    made.owner_does("order", includes=[second])  # which brings what stood before it
    assert made.decision.standing("BO").kind == "objects"
    assert [step.applied.act for step in made.decision.history][-3:-1] == [first, second]


def test_consents_are_to_a_version_and_do_not_count_for_the_next():
    made = Deciding().consents("AL", "BO", "CE")
    made.does("BO", "amend", **AMENDED)
    assert [made.decision.standing(state).kind for state in ("AL", "BO", "CE")] == ["outstanding"] * 3
    made.consents("AL", version=1)
    assert made.code == "version-not-current"
    made.consents("AL", "BO", "CE", version=2).adopts()
    assert made.decision.adoption.version == 2


def test_an_objection_to_an_earlier_version_still_stands():
    made = Deciding()
    objection = made.say("CE", "object", {"version": 1, "paragraph": "p1", "reason": ""})
    made.owner_does("amend", **AMENDED)
    made.owner_does("order", includes=[objection])
    assert made.decision.objecting == ("CE",)
    made.does("BO", "object", version=3, paragraph=None, reason="")
    assert made.code == "no-such-version"


def test_a_text_that_is_not_agreed_or_not_whole_is_not_adopted():
    bracketed = paragraph("p1", ru="В течение [24] часов.", zh="[24]小时内。")
    made = Deciding(text=text(bracketed)).consents("AL", "BO", "CE")
    found = adoptable(made.decision, hours(1))
    assert {one.code for one in found.findings} == {"brackets"}
    made.owner_does("adopt", version=1, states=[])
    assert (made.code, made.last_refused.values["paragraph"]) == ("text-not-ready", "p1")
    made = Deciding(text=text(paragraph("p1", ru="Немедленно."))).consents("AL", "BO", "CE")
    assert {one.code for one in adoptable(made.decision, hours(1)).findings} == {"untranslated"}


def test_the_text_need_not_be_in_languages_that_are_not_official():
    made = Deciding(text=text(paragraph("p1", ru="Немедленно.", zh="立即。"))).consents("AL", "BO", "CE")
    made.adopts()


@pytest.mark.parametrize("wrong", ["act", "state", "by", "missing", "twice", "stranger"])
def test_an_adoption_that_cites_what_is_not_so_adopts_nothing(wrong):
    made = Deciding().consents("AL", "BO", "CE")
    earlier = made.decision.standing("CE").applied.act.id
    made.does("CE", "stay_out", version=1, reason="")
    states = adoptable(made.decision, hours(1)).as_said()["states"]
    said = {
        "act": [*states[:2], states[2] | {"acts": [earlier]}],
        "state": [*states[:2], states[2] | {"state": "DE"}],
        "by": [*states[:2], states[2] | {"by": "consent"}],
        "missing": states[:2],
        "twice": [*states, states[2]],
        "stranger": [*states, states[0] | {"state": "DE"}],
    }[wrong]
    made.owner_does("adopt", version=1, states=said)
    assert made.code == "citation-false"
    assert set(made.last_refused.values["states"]) <= {"CE", "DE"}
    assert made.decision.status is Status.UNDER_CONSIDERATION


def test_an_adoption_of_another_version_adopts_nothing():
    made = Deciding().consents("AL", "BO", "CE")
    said = adoptable(made.decision, hours(1)).as_said()
    made.owner_does("adopt", **(said | {"version": 2}))
    assert made.code == "version-not-current"


def test_a_decision_is_adopted_once():
    made = adopted()
    before = made.decision
    made.owner_does("adopt", **before.adoption.as_said())
    assert made.code == "not-now"
    assert made.decision.adopted == before.adopted


@pytest.mark.parametrize(
    ("state", "kind", "said", "code"),
    [
        ("DE", "consent", {"version": 1, "ad_referendum": False}, "not-concerned"),
        ("DE", "object", {"version": 1, "paragraph": None, "reason": ""}, "not-concerned"),
        ("DE", "amend", AMENDED, "not-concerned"),
        ("DE", "position", {"paragraph": None, "text": "Нет."}, "not-concerned"),
        ("BO", "adopt", {"version": 1, "states": []}, "not-owner"),
        ("BO", "propose", {}, "not-owner"),
        ("BO", "withdraw", {"reason": ""}, "not-owner"),
        ("BO", "lift_objection", {}, "no-objection"),
        ("BO", "clear", {"reason": ""}, "not-ad-referendum"),
        ("BO", "accede", {"declaration": ""}, "not-now"),
        ("BO", "vote", {}, "act-unknown"),
        ("BO", "comment", {"version": 2, "paragraph": None, "text": "Нет."}, "no-such-version"),
        ("AL", "propose", {}, "opened-already"),
        ("AL", "call", {}, "not-now"),
        ("AL", "enter_force", {}, "not-now"),
        ("AL", "assign_measure", {}, "not-now"),
        ("AL", "consider", {"until": "2026-02-30T06:00:00Z"}, "no-such-moment"),
    ],
)  # fmt: skip
def test_what_a_party_may_not_do_changes_nothing(state, kind, said, code):
    made = Deciding()
    before = made.decision
    made.does(state, kind, **said)
    assert made.code == code
    after = made.decision
    assert (after.status, after.standings, after.versions) == (before.status, before.standings, before.versions)


@pytest.mark.parametrize(
    ("proposed", "code"),
    [
        ({"body": "another-body"}, "other-body"),
        ({"concerned": ["AL", "FO"]}, "concerned-not-entitled"),
        ({"kind": "resolution"}, "kind-not-allowed"),
        ({"official": ["ru", "en"]}, "language-not-official"),
        ({"text": text(paragraph(), paragraph())}, "same-id-twice"),
        ({"in_force": {"when": "on", "on": "2026-02-30"}}, "no-such-day"),
    ],
)
def test_a_body_has_nothing_proposed_in_its_name_that_its_rules_do_not_allow(proposed, code):
    decision = Deciding(**proposed).decision
    assert decision.status is Status.NONE
    assert [one.code for one in decision.refused] == [code, "not-open"]


def test_a_state_that_the_body_does_not_let_decide_proposes_nothing():
    made = Deciding()
    opening = made.applied[0].act
    strange = replace(RULES, members=("BO", "CE"))
    assert try_act((), opening, rules=strange, at=hours(0)).code == "owner-not-entitled"
    assert try_act((), opening, rules=RULES, at=hours(0)) is None


def test_ad_referendum_counts_at_adoption_and_is_cleared_or_not_afterwards():
    made = Deciding(in_force={"when": "cleared", "on": None}).consents("AL").consents("BO", "CE", ad_referendum=True)
    made.adopts()
    assert made.decision.not_cleared == ("BO", "CE")
    made.does("BO", "clear", reason="")
    made.owner_does("enter_force")
    assert (made.code, made.last_refused.values["states"]) == ("not-in-force-yet", ("CE",))
    made.does("CE", "not_clear", reason="Закон не допускает.")
    assert made.decision.bound == ("AL", "BO")
    made.owner_does("enter_force")
    assert made.decision.status is Status.IN_FORCE


def test_what_a_capital_does_not_clear_before_adoption_is_cited_as_staying_out():
    made = Deciding().consents("AL", "BO").consents("CE", ad_referendum=True)
    refusal = made.does("CE", "not_clear", reason="")
    made.adopts()
    assert cited(made.decision)["CE"] == "stays_out"
    assert made.decision.adoption.citations[2].acts == (refusal.id,)
    made.does("CE", "clear", reason="")
    assert made.code == "not-ad-referendum"


def test_an_act_is_tried_before_it_is_said():
    made = Deciding()
    said = {"version": 1, "ad_referendum": False}
    stranger = made.say("DE", "consent", said)
    refused = try_act(made.applied, stranger, rules=RULES, at=hours(1))
    assert (refused.code, refused.applied.number) == ("not-concerned", 3)
    assert try_act(made.applied, made.say("BO", "consent", said), rules=RULES, at=hours(1)) is None
    assert made.decision.refused == ()
