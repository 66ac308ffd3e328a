"""What this state's machine answers to a silence that another keeps: by its own clock, and by its own rules."""

from datetime import timedelta

import pytest
from tests.node.joint.scenes import TheirObject
from tests.node.notifications.scenes import bring

from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.tending import tend_open

pytestmark = pytest.mark.django_db
BODY = "coordination-council"


def receipts():
    return list(JointAct.objects.filter(kind="received", is_ours=True).order_by("recorded_at"))


def included(joined, partner, row, owner="BO"):
    """How the owner's order names an act of ours; it is sealed, and the owner has it."""
    for manifest in seal(joined):
        take(partner.nodes[owner], joined.store.batch_of(manifest.digest), via="AL")
    (entry,) = joined.store.known("AL", [str(row.document_id)]).values()
    return {
        "origin": "AL", "id": str(row.document_id), "digest": row.digest, "epoch": entry.stream.epoch,
        "number": entry.number, "act": row.kind,
    }  # fmt: skip


@pytest.fixture
def their(joined, partner, dara, clock):
    """BO's, under a silence of 24 hours that began for us."""
    made = TheirObject(partner, body=BODY)
    bring(partner, joined, *made.documents, made.order("silence", {"version": 1, "hours": 24}))
    return made


def test_a_silence_is_received_at_once(their):
    (row,) = receipts()
    assert (row.said, row.role) == ({"through": 2}, "node")


def test_an_owner_whose_clock_runs_ahead_is_not_answered_before_the_time_has_run_here(their, joined, partner, clock):
    """BO says that two days have passed, and calls; here an hour has."""
    begun = their.order(includes=[included(joined, partner, receipts()[0])])
    called = their.order("call", {}, at=clock() + timedelta(days=2))
    bring(partner, joined, begun, called)
    clock.forward(hours=1)
    tend_open()
    assert len(receipts()) == 1, "the call is not answered"
    assert JointObject.objects.get().due_at is not None, "it is looked at again when the time has run"
    clock.forward(hours=23)
    assert tend_open() == 1
    assert [row.said for row in receipts()] == [{"through": 2}, {"through": 4}]


def test_a_silence_that_the_alliances_file_does_not_allow_is_not_begun(joined, partner, dara, clock):
    """The ministers decide by consensus alone; a proposal says that they may by silence."""
    made = TheirObject(
        partner, body="ministers-conference", rules={"silence": True, "silence_hours": 1, "may_join": []}
    )
    bring(partner, joined, *made.documents, made.order("silence", {"version": 1, "hours": 1}))
    assert receipts() == []
