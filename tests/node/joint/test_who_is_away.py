"""What several states do goes on while one of them is suspended or has left; what is said to it waits."""

import pytest
from tests.node.joint.scenes import an_object, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.exchange.store import State
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint import documents
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.joint.tending import tend_open
from tocsin.node.post.store import DjangoStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def among_three(joined, counting, partner, dara):
    """An object that AL, BO and CE alone read."""
    return an_object(dara, classification="SELECTIVE", addressees=["BO", "CE"])


def suspend(alliance_list, node):
    """By a newer list."""
    alliance_list.change(node, status="suspended")
    DjangoStore().put_trust_files(alliance_list.files)


def test_what_three_share_is_read_by_these_three(joined, among_three, partner, dara):
    said = {"version": 1, "paragraph": None, "text": "Да."}
    bring(partner, joined, theirs(partner, "BO", among_three, "comment", said, audience="to:AL+CE"))
    acts = [one for row in joined.store.outbox(10) if (one := Document.read(row.document)).type == "decision"]
    assert (acts[-1].addressees, acts[-1].body["act"]) == (("BO", "CE"), "order")
    among_three.refresh_from_db()
    assert among_three.through == 2
    assert among_three.states == {"AL", "BO", "CE"}


def test_one_who_is_suspended_stops_nobody(joined, among_three, alliance_list, dara):
    suspend(alliance_list, "CE")
    act(among_three, "consider", {"until": None}, needs=Ability.DECIDE, by=dara)
    said = [Document.read(row.document) for row in joined.store.outbox(10)]
    assert said[-1].addressees == ("BO", "CE"), "it waits for CE too"
    assert JointObject.objects.get().through == 2


def test_nothing_new_is_begun_with_one_who_is_suspended(joined, counting, alliance_list, dara):
    suspend(alliance_list, "CE")
    with pytest.raises(ActRefused, match="takes no part"):
        an_object(dara, classification="SELECTIVE", addressees=["BO", "CE"])


def test_what_comes_is_kept_also_where_nothing_can_be_answered_to_one_who_is_in_no_list(
    joined, among_three, partner, monkeypatch
):
    """What our machine would say is refused; the act of another state is not lost with it, and it is tried again."""

    def refused(*given, **more):
        raise ActRefused("CE takes no part in the exchange now.")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "make", refused)
        said = {"version": 1, "paragraph": None, "text": "Да."}
        bring(partner, joined, theirs(partner, "BO", among_three, "comment", said, audience="to:AL+CE"))
        among_three.refresh_from_db()
        assert (among_three.through, among_three.proposals) == (1, 1)
        assert among_three.due_at is not None
    assert joined.store.entries(state=State.HELD, most=1) == []
    JointObject.objects.update(due_at=joined.now())
    tend_open()
    among_three.refresh_from_db()
    assert (among_three.through, among_three.proposals) == (2, 0)
