"""Who learns of what partners say in the Council: whoever stands duty is called, delegates are told."""

import pytest
from tests.node.joint.scenes import TheirObject, theirs
from tests.node.notifications.scenes import bring

from tocsin.node.alliance.models import Notice
from tocsin.node.duty.kinds import visible_kinds
from tocsin.node.duty.models import Alert

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
