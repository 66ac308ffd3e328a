"""Decisions at the node that keeps them: by consent, by silence, stopped by an objection, and what follows."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.council.scenes import MEASURE, a_proposal, consent, decision, received, row, say
from tests.node.joint.scenes import TheirObject
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.actions import answering, keeping, measures, texts
from tocsin.node.council.actions.drafting import begin, change, discard, propose
from tocsin.node.council.models import Decision, DecisionDraft, Measure
from tocsin.node.council.refusals import ActRefused, DraftChanged
from tocsin.node.joint.refusals import NotAllowed
from tocsin.node.joint.tending import tend_open

pytestmark = pytest.mark.django_db
OTHER = [
    {
        "paragraph": "p1", "after": None,
        "to": {
            "id": "p1", "kind": "operative", "rev": 2,
            "texts": {
                "ru": {"text": "Усилить надзор с апреля.", "rev": 2, "standing": "authentic"},
                "zh-hans": {"text": "四月起加强监测。", "rev": 2, "standing": "authentic"},
            },
        },
    }
]  # fmt: skip


def acts_waiting(joined):
    """Kinds of the acts that this node is about to send."""
    documents = [Document.read(one.document) for one in joined.store.outbox(100)]
    return [one.body["act"] for one in documents if one.type == "decision"]


def test_a_draft_is_nobodys_business_outside(joined, dara):
    draft = begin(body="coordination-council", kind="decision", title={"ru": "О мерах"}, by=dara)
    assert joined.store.outbox(10) == []
    assert draft.said["concerned"] == ["AL", "BO", "CE"], "the members of the body that take part in the exchange"
    assert draft.said["official"] == ["ru", "zh-hans"]


def test_two_who_write_one_draft_do_not_overwrite_one_another(joined, dara, nodira):
    draft = begin(body="coordination-council", kind="decision", by=dara)
    change(draft, version=1, title={"ru": "Первое"}, by=dara)
    with pytest.raises(DraftChanged, match="Dara"):
        change(draft, version=1, title={"ru": "Второе"}, by=nodira)
    assert DecisionDraft.objects.get().said["title"] == {"ru": "Первое"}


def test_a_draft_is_proposed_or_given_up_once(proposal, dara):
    draft = DecisionDraft.objects.get()
    for act in (propose, discard):
        with pytest.raises(DraftChanged):
            act(draft, version=draft.version, by=dara)


def test_a_proposal_carries_the_rules_of_its_body(proposal):
    said = decision(proposal).opening.act.said
    assert said["rules"]["silence"] is True
    assert said["rules"]["silence_hours"] == 24


def test_no_state_that_is_no_member_is_concerned(joined, dara):
    with pytest.raises(ActRefused, match="SEC"):
        a_proposal(dara, concerned=["AL", "SEC"])


def test_adopted_once_every_state_has_agreed_and_not_before(proposal, joined, partner, dara):
    keeping.consider(proposal, by=dara)
    answering.consent(proposal, version=1, by=dara)
    consent(partner, joined, "BO", proposal)
    assert row(proposal).outstanding == ["CE"]
    with pytest.raises(ActRefused, match="cannot be adopted yet"):
        keeping.adopt(proposal, by=dara)
    say(partner, joined, "CE", proposal, "stay_out", version=1, reason="")
    keeping.adopt(proposal, by=dara)
    adopted = row(proposal)
    assert (adopted.status, adopted.outstanding) == ("in_force", [])
    assert decision(proposal).bound == ("AL", "BO")
    assert AuditEntry.objects.filter(act="decision.adopt", by=dara).exists()


def test_an_objection_stops_it_until_it_is_lifted_or_the_text_is_another(proposal, joined, partner, dara):
    keeping.consider(proposal, by=dara)
    answering.consent(proposal, version=1, by=dara)
    consent(partner, joined, "CE", proposal)
    say(partner, joined, "BO", proposal, "object", version=1, paragraph="p1", reason="Слишком рано.")
    assert row(proposal).objecting == ["BO"]
    with pytest.raises(ActRefused):
        keeping.adopt(proposal, by=dara)
    texts.amend(proposal, base=1, changes=OTHER, note="", language="ru", by=dara)
    assert row(proposal).version == 2
    assert set(row(proposal).outstanding) == {"AL", "CE"}, "what was said of version 1 counts no more"
    for name in ("BO", "CE"):
        consent(partner, joined, name, proposal, version=2)
    answering.consent(proposal, version=2, by=dara)
    keeping.adopt(proposal, by=dara)
    assert row(proposal).status == "in_force"


def test_a_silence_ends_with_a_call_that_every_state_answers(proposal, joined, partner, dara, clock):
    keeping.open_silence(proposal, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, proposal)
    assert row(proposal).silence_until is not None
    clock.forward(hours=23)
    tend_open()
    assert acts_waiting(joined)[-1] == "order", "nothing is due yet"
    clock.forward(hours=2)
    assert tend_open() == 1
    assert acts_waiting(joined)[-1] == "call"
    assert row(proposal).status == "silence_procedure", "called, and adopted by nobody's clock"
    received(partner, joined, "BO", proposal)
    assert row(proposal).status == "silence_procedure"
    received(partner, joined, "CE", proposal)
    assert row(proposal).status == "in_force"
    assert acts_waiting(joined)[-2:] == ["adopt", "enter_force"]


def test_a_state_that_is_cut_off_keeps_it_pending_for_as_long_as_it_takes(proposal, joined, partner, dara, clock):
    keeping.open_silence(proposal, version=1, hours=24, by=dara)
    received(partner, joined, "BO", proposal)
    clock.forward(days=40)
    tend_open()
    received(partner, joined, "BO", proposal)
    assert (row(proposal).status, row(proposal).outstanding) == ("silence_procedure", ["CE"])
    received(partner, joined, "CE", proposal)
    tend_open()
    assert row(proposal).status == "silence_procedure", "its time begins now"
    clock.forward(hours=25)
    tend_open()
    received(partner, joined, "CE", proposal)
    assert row(proposal).status == "in_force"


def test_an_objection_on_its_way_comes_with_the_answer_to_the_call(proposal, joined, partner, dara, clock):
    """BO is cut off after it had received the text, and objects; the call finds it with the objection before it."""
    keeping.open_silence(proposal, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, proposal)
    clock.forward(hours=25)
    tend_open()
    received(partner, joined, "CE", proposal)
    say(partner, joined, "BO", proposal, "object", version=1, paragraph=None, reason="Нет.")
    received(partner, joined, "BO", proposal)
    found = decision(proposal)
    assert row(proposal).status == "silence_procedure", "the machine adopts nothing that somebody opposed"
    assert [one.code for one in found.refused] == ["objection-late"]
    keeping.reconsider(proposal, reason="BO", language="ru", by=dara)
    assert row(proposal).status == "under_consideration"


def test_what_is_adopted_is_not_changed_and_may_be_joined_years_later(proposal, joined, partner, dara, clock):
    keeping.consider(proposal, by=dara)
    answering.consent(proposal, version=1, by=dara)
    consent(partner, joined, "BO", proposal)
    say(partner, joined, "CE", proposal, "stay_out", version=1, reason="")
    keeping.adopt(proposal, by=dara)
    with pytest.raises(NotAllowed, match="was adopted and is sealed"):
        texts.amend(proposal, base=1, changes=OTHER, note="", language="ru", by=dara)
    clock.forward(days=800)
    say(partner, joined, "CE", proposal, "accede", declaration="Присоединяемся.")
    assert decision(proposal).bound == ("AL", "BO", "CE")


def test_ad_referendum_is_in_force_once_the_capital_has_cleared_it(proposal, joined, partner, dara):
    draft = decision(proposal).opening.act.said
    assert draft["in_force"] == {"when": "adopted", "on": None}
    of = a_proposal(dara, in_force={"when": "cleared", "on": None})
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    consent(partner, joined, "BO", of)
    consent(partner, joined, "CE", of, ad_referendum=True)
    keeping.adopt(of, by=dara)
    assert row(of).status == "adopted"
    say(partner, joined, "CE", of, "clear", reason="")
    assert row(of).status == "in_force"


def test_measures_are_on_one_board_with_who_does_them(proposal, joined, partner, dara):
    of = a_proposal(dara, measures=[MEASURE])
    assert not Measure.objects.exists(), "nobody has to do anything before adoption"
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    keeping.adopt(of, by=dara)
    assert list(Measure.objects.values_list("measure", "state", "status")) == [("m1", "BO", "assigned")]
    say(partner, joined, "CE", of, "accept_measure", measure="m1")
    assert Measure.objects.get().status == "assigned", "it is not CE's"
    say(partner, joined, "BO", of, "accept_measure", measure="m1")
    say(partner, joined, "BO", of, "finish_measure", measure="m1", text="Готово.", evidence=[])
    assert row(of).needs_us, "we are to verify it"
    measures.verify(of, measure="m1", by=dara)
    assert Measure.objects.get().status == "verified"
    assert (row(of).measures_open, row(of).measures_all) == (0, 1)


@pytest.mark.parametrize("role", ["epidemiologist", "duty_officer", "logistics", "translator", "administrator"])
def test_whoever_does_not_decide_says_nothing_in_the_states_name(proposal, person, role):
    with pytest.raises(PermissionDenied):
        answering.consent(proposal, version=1, by=person(role))
    assert decision(proposal).standing("AL").kind == "outstanding"


def test_a_decision_whose_opening_is_void_is_shown_nowhere_as_adopted(joined, partner, dara):
    """BO's key had been stolen: what it had opened, and what was adopted, does not stand."""
    their = TheirObject(partner)
    bring(partner, joined, *their.documents)
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    assert Decision.objects.get().status == "proposed"
    joined.reader.withdrawn([entry])
    void = Decision.objects.get()
    assert (void.status, void.needs_us, void.outstanding) == ("none", False, [])
