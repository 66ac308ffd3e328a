"""Who learns of what partners say in the Council: whoever stands duty is called, delegates are told."""

from datetime import timedelta

import pytest
from django.utils import translation
from tests.node.council.measure_scenes import a_measure, adopted
from tests.node.council.scenes import MEASURE, a_proposal, consent, received, row, say
from tests.node.council.session_scenes import TheirSession, in_an_hour
from tests.node.joint.scenes import TheirObject, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import KINDS, sentence
from tocsin.node.council import held_back
from tocsin.node.council.actions import answering, keeping
from tocsin.node.duty.actions.alerts import acknowledge
from tocsin.node.duty.kinds import visible_kinds
from tocsin.node.duty.models import Alert
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.tending import tend_open
from tocsin.node.language.formats import long_moment

pytestmark = pytest.mark.django_db


def kinds_told(person):
    return list(Notice.objects.filter(person=person).order_by("made_at", "id").values_list("kind", flat=True))


def test_a_silence_calls_whoever_stands_duty_and_tells_delegates(joined, partner, dara, person):
    officer = person("duty_officer")
    their = TheirObject(partner)
    bring(partner, joined, *their.documents, their.order("silence", {"version": 1, "hours": 24}))
    (alert,) = Alert.objects.all()
    assert alert.kind == "decision.silence"
    assert alert.kind in visible_kinds(officer), "somebody on duty can be called for it"
    assert kinds_told(dara) == ["decision.proposed", "decision.silence_runs"]
    assert kinds_told(officer) == []


def test_a_silence_that_does_not_concern_this_state_calls_nobody(joined, partner, dara):
    their = TheirObject(partner, concerned=["BO", "CE"])
    bring(partner, joined, *their.documents, their.order("silence", {"version": 1, "hours": 24}))
    assert not Alert.objects.exists()


def test_an_objection_is_told_to_delegates_in_their_words(joined, partner, dara):
    their = TheirObject(partner)
    bring(partner, joined, *their.documents)
    said = {"version": 1, "paragraph": None, "reason": "Рано."}
    bring(partner, joined, theirs(partner, "CE", their.key, "object", said), name="CE")
    assert kinds_told(dara)[-1] == "decision.objected"


def test_an_adoption_that_cites_what_is_not_so_is_told_to_nobody(joined, partner, dara):
    their = TheirObject(partner)
    false = {"version": 1, "states": [{"state": "BO", "by": "consent", "acts": [their.key["id"]]}]}
    bring(partner, joined, *their.documents, their.order("consider", {"until": None}), their.order("adopt", false))
    assert "decision.adopted" not in kinds_told(dara)
    assert "decision.asked" in kinds_told(dara)


def included(joined, partner, row, owner="BO"):
    """How an owner's order names an act of ours."""
    for manifest in seal(joined):
        take(partner.nodes[owner], joined.store.batch_of(manifest.digest), via="AL")
    (entry,) = joined.store.known("AL", [str(row.document_id)]).values()
    return {
        "origin": "AL", "id": str(row.document_id), "digest": row.digest, "epoch": entry.stream.epoch,
        "number": entry.number, "act": row.kind,
    }  # fmt: skip


def theirs_included(document, number=1):
    from tocsin.exchange.suite import digest

    return {
        "origin": document.origin, "id": document.id, "digest": digest(document.encode()), "epoch": 1,
        "number": number, "act": document.body["act"],
    }  # fmt: skip


def notices(person, kind):
    return list(Notice.objects.filter(person=person, kind=kind))


@pytest.mark.parametrize(
    ("before", "act", "said", "kind"),
    [
        ((), "leave_out", {"state": "CE", "reason": "suspended"}, "decision.left_out"),
        (("leave_out",), "bring_back", {"state": "CE", "reason": "suspended"}, "decision.brought_back"),
        (("silence",), "reconsider", {"reason": "Новый текст."}, "decision.reconsidered"),
    ],
)
def test_what_the_depositary_does_with_states_and_silences_is_told(joined, partner, dara, before, act, said, kind):
    their = TheirObject(partner)
    known = {"leave_out": {"state": "CE", "reason": "suspended"}, "silence": {"version": 1, "hours": 24}}
    earlier = [their.order("consider", {"until": None}), *(their.order(one, known[one]) for one in before)]
    bring(partner, joined, *their.documents[:1], *earlier, their.order(act, said))
    (notice,) = notices(dara, kind)
    assert "Borenia" in sentence(notice)
    assert act == "reconsider" or "Cetara" in sentence(notice)


def test_consents_come_to_whoever_keeps_the_decision_as_one_with_their_number(proposal, joined, partner, dara):
    keeping.consider(proposal, by=dara)
    consent(partner, joined, "BO", proposal)
    assert [one.kind for one in Notice.objects.filter(person=dara)] == ["decision.consented"]
    consent(partner, joined, "CE", proposal)
    (notice,) = Notice.objects.filter(person=dara)
    assert (notice.kind, notice.values["n"]) == ("decision.consented.several", 2)
    their = TheirObject(partner)
    agrees = theirs(partner, "CE", their.key, "consent", {"version": 1, "ad_referendum": False})
    bring(partner, joined, *their.documents)
    bring(partner, joined, agrees, name="CE")
    assert kinds_told(dara)[-1] == "decision.proposed", "of others' decisions nobody need know each consent"


def test_who_stays_out_and_whose_capital_clears_or_does_not_is_told(joined, partner, dara):
    of = a_proposal(dara, in_force={"when": "cleared", "on": None})
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    say(partner, joined, "BO", of, "stay_out", version=1, reason="")
    assert kinds_told(dara)[-1] == "decision.stays_out"
    consent(partner, joined, "CE", of, ad_referendum=True)
    keeping.adopt(of, by=dara)
    say(partner, joined, "CE", of, "clear", reason="")
    assert row(of).status == "in_force"
    assert {"decision.cleared", "decision.in_force"} <= set(kinds_told(dara)), "what our machine said is told here too"
    assert "decision.adopted" not in kinds_told(dara), "who did it knows"


def test_what_our_machine_does_as_time_runs_is_told(proposal, joined, partner, dara, clock):
    keeping.open_silence(proposal, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, proposal)
    clock.forward(hours=25)
    tend_open()
    for name in ("BO", "CE"):
        received(partner, joined, name, proposal)
    assert {"decision.adopted", "decision.in_force"} <= set(kinds_told(dara))


def test_what_enters_into_force_by_the_day_alone_is_told_then(joined, partner, dara, clock):
    day = (clock() + timedelta(days=2)).date().isoformat()
    of = a_proposal(dara, in_force={"when": "on", "on": day})
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, by=dara)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    keeping.adopt(of, by=dara)
    assert "decision.in_force" not in kinds_told(dara)
    clock.forward(days=3)
    tend_open()
    assert kinds_told(dara)[-1] == "decision.in_force"


def test_an_end_is_told(joined, partner, dara):
    their = TheirObject(partner, concerned=["BO"])
    bring(
        partner, joined, *their.documents, their.order("consider", {"until": None}),
        agreed := their.order("consent", {"version": 1, "ad_referendum": False}),
        their.order("adopt", {"version": 1, "states": [{"state": "BO", "by": "consent", "acts": [agreed.id]}]}),
        their.order("enter_force", {}), their.order("lapse", {"reason": "Срок истёк."}),
    )  # fmt: skip
    assert {"decision.adopted", "decision.in_force", "decision.lapsed"} <= set(kinds_told(dara))


def test_what_the_owner_said_is_told_once_the_order_can_be_followed(joined, partner, dara):
    """BO withdraws, and its order takes in what CE had said, which comes later."""
    their = TheirObject(partner)
    said = {"version": 1, "paragraph": None, "reason": "Рано."}
    objection = theirs(partner, "CE", their.key, "object", said)
    bring(
        partner, joined, *their.documents,
        their.order("withdraw", {"reason": ""}, includes=[theirs_included(objection)]),
    )  # fmt: skip
    assert "decision.withdrawn" not in kinds_told(dara)
    bring(partner, joined, objection, name="CE")
    assert {"decision.withdrawn", "decision.objected"} <= set(kinds_told(dara))
    assert len(notices(dara, "decision.objected")) == 1


def test_an_objection_of_ours_that_the_order_has_too_late_is_told_here(joined, partner, dara, clock):
    their = TheirObject(partner, concerned=["BO", "AL"], body="coordination-council")
    bring(partner, joined, *their.documents, their.order("consider", {"until": None}))
    answering.consent(JointObject.objects.get(), version=1, by=dara)
    agreed = JointAct.objects.get(kind="consent")
    mine = their.order("consent", {"version": 1, "ad_referendum": False}, includes=[included(joined, partner, agreed)])
    bring(partner, joined, mine)
    answering.object_to(JointObject.objects.get(), version=1, reason="Нет.", language="ru", by=dara)
    objection = JointAct.objects.get(kind="object")
    cited = [("BO", mine.id), ("AL", str(agreed.document_id))]
    adoption = {"version": 1, "states": [{"state": one, "by": "consent", "acts": [id]} for one, id in cited]}
    bring(
        partner, joined, their.order("adopt", adoption),
        their.order(includes=[included(joined, partner, objection)]),
    )  # fmt: skip
    assert kinds_told(dara)[-1] == "decision.objection_late"
    assert "Borenia" in sentence(notices(dara, "decision.objection_late")[0])


def test_an_objection_that_comes_too_late_to_what_is_ours_calls_for_a_person(proposal, joined, partner, dara, clock):
    keeping.open_silence(proposal, version=1, hours=24, by=dara)
    for name in ("BO", "CE"):
        received(partner, joined, name, proposal)
    clock.forward(hours=25)
    tend_open()
    say(partner, joined, "BO", proposal, "object", version=1, paragraph=None, reason="Нет.")
    assert kinds_told(dara)[-1] == "decision.objected_late"


def test_a_measure_that_is_given_to_us_is_told_to_whoever_keeps_measures(joined, partner, dara, person):
    keeper = person("duty_officer")
    their = TheirObject(partner, concerned=["BO", "AL"], body="coordination-council", measures=[MEASURE])
    bring(partner, joined, *their.documents, their.order("consider", {"until": None}))
    answering.consent(JointObject.objects.get(), version=1, by=dara)
    agreed = JointAct.objects.get(kind="consent")
    mine = their.order("consent", {"version": 1, "ad_referendum": False}, includes=[included(joined, partner, agreed)])
    cited = [("BO", mine.id), ("AL", str(agreed.document_id))]
    adoption = {"version": 1, "states": [{"state": one, "by": "consent", "acts": [id]} for one, id in cited]}
    bring(
        partner, joined, mine, their.order("adopt", adoption),
        their.order("reassign_measure", {"measure": "m1", "state": "AL"}),
    )  # fmt: skip
    for one in (dara, keeper):
        (notice,) = notices(one, "measure.assigned")
        assert "Joint survey" in sentence(notice)
        assert notice.link.endswith("/m1/")


def test_what_is_said_of_a_measure_is_told_to_whoever_keeps_the_decision(joined, partner, dara):
    of = adopted(dara, joined, partner, a_measure("m1", "BO", verifier="CE"))
    say(partner, joined, "BO", of, "accept_measure", measure="m1")
    say(partner, joined, "BO", of, "finish_measure", measure="m1", text="Готово.", evidence=[])
    say(partner, joined, "CE", of, "verify_measure", measure="m1")
    (said,) = notices(dara, "decision.measure.several")
    assert said.values["n"] == 2
    assert len(notices(dara, "decision.measure")) == 1, "of CE"


class TestNoise:
    def test_many_comments_of_one_state_are_one_notice_with_their_number(self, proposal, joined, partner, dara):
        said = {"version": 1, "paragraph": None, "text": "Ещё."}
        for n in (1, 2, 3):
            bring(partner, joined, *(theirs(partner, "BO", proposal, "comment", said) for _ in range(n)))
        bring(partner, joined, theirs(partner, "CE", proposal, "comment", said), name="CE")
        assert [one.values["n"] for one in notices(dara, "decision.commented.several")] == [6]
        assert "6" in sentence(notices(dara, "decision.commented.several")[0])
        assert len(notices(dara, "decision.commented")) == 1, "CE is not lost in BO's noise"

    def test_what_was_seen_is_counted_no_further(self, proposal, joined, partner, dara):
        said = {"version": 1, "paragraph": None, "text": "Ещё."}
        bring(partner, joined, theirs(partner, "BO", proposal, "comment", said))
        Notice.objects.update(seen_at="2026-03-09T00:00Z")
        bring(partner, joined, theirs(partner, "BO", proposal, "comment", said))
        assert len(notices(dara, "decision.commented")) == 2

    def test_more_than_a_few_of_one_state_are_told_in_one_and_others_are_still_heard(
        self, joined, partner, dara, monkeypatch
    ):
        monkeypatch.setattr(held_back, "MOST", 3)
        for _ in range(6):
            bring(partner, joined, *TheirObject(partner).documents)
        assert len(notices(dara, "decision.proposed")) == 3
        assert len(notices(dara, "council.several")) == 1
        bring(partner, joined, *TheirObject(partner, "CE").documents, name="CE")
        assert len(notices(dara, "decision.proposed")) == 4

    def test_sessions_without_number_call_nobody_without_number(self, joined, partner, dara, monkeypatch):
        monkeypatch.setattr(held_back, "MOST", 3)
        for _ in range(6):
            TheirSession(partner, joined)
        assert Alert.objects.filter(kind="session.called").count() == 3
        assert Alert.objects.filter(kind="council.calls").count() == 1
        TheirSession(partner, joined, "CE")
        assert Alert.objects.filter(kind="session.called").count() == 4


class TestCalledOff:
    def called(self):
        return [one.is_open for one in Alert.objects.order_by("raised_at")]

    def test_a_session_that_is_cancelled_calls_nobody_any_more(self, joined, partner, dara):
        their = TheirSession(partner, joined)
        assert self.called() == [True]
        their.order("cancel", {"reason": "Перенос."})
        assert self.called() == [False]

    def test_to_a_session_that_is_postponed_people_are_called_for_its_new_time(self, joined, partner, dara):
        their = TheirSession(partner, joined)
        later = in_an_hour() + timedelta(days=2)
        their.order("postpone", {"starts_at": moment(later)})
        assert self.called() == [False, True]
        assert Alert.objects.order_by("raised_at").last().values["when"]["en"] == long_moment(later)
        their.order("cancel", {"reason": "Перенос."})
        assert self.called() == [False, False]

    def test_whoever_has_taken_the_call_is_not_called_again_when_it_is_postponed(self, joined, partner, dara, person):
        their = TheirSession(partner, joined)
        acknowledge(Alert.objects.get(), by=person("duty_officer"))
        their.order("postpone", {"starts_at": moment(in_an_hour() + timedelta(days=2))})
        assert Alert.objects.count() == 1
        assert kinds_told(dara)[-1] == "session.postponed"

    def test_a_silence_that_is_broken_off_calls_nobody_and_one_that_begins_anew_does(self, joined, partner, dara):
        their = TheirObject(partner)
        silence = {"version": 1, "hours": 24}
        bring(partner, joined, *their.documents, their.order("silence", silence))
        assert self.called() == [True]
        bring(partner, joined, their.order("reconsider", {"reason": ""}))
        assert self.called() == [False]
        bring(partner, joined, their.order("silence", silence))
        assert self.called() == [False, True], "of the same version"

    def test_whoever_has_answered_is_called_no_more(self, joined, partner, dara):
        their = TheirObject(partner)
        bring(partner, joined, *their.documents, their.order("silence", {"version": 1, "hours": 24}))
        answering.consent(JointObject.objects.get(), version=1, by=dara)
        consented = JointAct.objects.get(kind="consent")
        bring(partner, joined, their.order(includes=[included(joined, partner, consented)]))
        assert self.called() == [False]


def test_every_notice_of_the_council_has_its_sentence():
    values = {name: name for name in ("state", "decision", "whom", "measure", "n")}
    for kind in (*held_back.COUNTED, *held_back.COUNTED.values(), held_back.SEVERAL):
        with translation.override("en"):
            assert "%(" not in sentence(Notice(kind=kind, values=values))
        assert kind in KINDS
