"""What processes of a node do when it decides with others, for tests that kill them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.node.joint.scenes import an_object
from tests.node.notifications import nodes_at_work

from tocsin.node.alliance.models import AuditEntry, Person
from tocsin.node.council.actions import answering, keeping
from tocsin.node.council.models import Decision
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.here import local_node


def prepare(trust: str) -> dict[str, str]:
    """A node that has joined, and has put a decision before BO; its key."""
    nodes_at_work.found(trust)
    vera = nodes_at_work.officer()
    dara = Person.objects.create_user(
        "dara@service.example", name="Dara", roles=["council_delegate"], organisation=vera.organisation
    )
    of = an_object(dara, said={"concerned": ["AL", "BO"]})
    keeping.consider(of, by=dara)
    return of.key.as_json()


def consent() -> None:
    """Ours, said by a person."""
    answering.consent(JointObject.objects.get(), version=1, by=Person.objects.get(name="Dara"))


def adopt() -> None:
    """All have consented: a person adopts it, and our machine puts it into force."""
    keeping.adopt(JointObject.objects.get(), by=Person.objects.get(name="Dara"))


def take(batches: Sequence[str]) -> list[str]:
    """BO's act comes, and whatever our machine says to that."""
    return nodes_at_work.take(batches, via="BO")["came"]


def look() -> dict[str, Any]:
    """What is said here, what waits to be sealed, what the page shows, what the audit has."""
    return {
        "acts": sorted(f"{one.origin} {one.kind}" for one in JointAct.objects.all()),
        "waiting": len(local_node().store.outbox(100)),
        "status": Decision.objects.get().status,
        "audited": Counter(AuditEntry.objects.filter(act__startswith="decision.").values_list("act", flat=True)),
        "through": JointObject.objects.get().through,
    }
