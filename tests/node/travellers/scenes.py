"""Messages about travellers, as people here write them and as partners send them, for tests."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.exchange.types.notified import FULL
from tests.exchange.world import World
from tests.node.notifications.scenes import bring
from tests.node.notifications.scenes import delivered as to

from tocsin.exchange.documents import Document
from tocsin.node.travellers.actions.writing import send
from tocsin.node.travellers.message import Contact, Identity, Journey, Message

__all__ = ["NAMES", "SAID", "answered", "bring", "delivered", "later", "said", "sent", "traveller"]

# What must be nowhere once a message is destroyed: in both scripts, so that no encoding of one hides the other.
NAMES = (
    "Zhumagulova", "Жумагулова", "AX 7741903", "Quasimodo", "Kvartalnaya", "+000 55 1234", "Zarathustra", "seat-77K",
)  # fmt: skip


def delivered(joined, world: World) -> None:
    """Seal what waits here and bring it to BO, and to the Secretariat, which carries what it cannot open."""
    to(joined, world, "BO", "SEC")


def later(**duration: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**duration)


SAID = Message(
    identity=Identity(
        family_name="Zhumagulova", given_names="Quasimodo", other_names="Жумагулова", born="1980-05", sex="female",
        document_kind="passport", document_number="AX 7741903", telephone="+000 55 1234",
        address_there="Kvartalnaya 5",
    ),
    disease="measles", classification="confirmed", legal_basis=["ihr_44", "ihr_45"],
    expires_at=datetime(2126, 1, 1, tzinfo=UTC), asked=["find_person", "trace_contacts"],
    journeys=[
        Journey(
            kind="air", number="AL 107", seat="seat-77K", from_place="Altagrad", to_place="Dolin",
            departed="2026-03-07T22:10", arrived="2026-03-08",
        )
    ],
    contacts=[Contact(names="Zarathustra", relation="household", address="Kvartalnaya 5")],
    onset=date(2026, 3, 6), text="Quasimodo travels with Zarathustra.",
)  # fmt: skip


def said(**change) -> Message:
    return replace(SAID, **{"expires_at": later(days=21), **change})


def sent(by, to: str = "BO", **change):
    """Ours, written by `by`."""
    more = {name: change.pop(name) for name in ("event", "language") if name in change}
    return send(said(**change), to=to, by=by, **{"language": "en", **more})


def traveller(world: World, *, name: str = "BO", head=None, expires=None, **change) -> Document:
    """A message of a partner to us, not posted."""
    body = {
        **said(expires_at=expires or later(days=21)).body(), **deepcopy(change),
    }  # fmt: skip
    head = {"no_onward_sharing": True, "language": "ru", **(head or {})}
    return world.document(name, "", "to:AL", type="traveller", body=body, **head)


def answered(world: World, of, *, name: str = "BO", **change) -> Document:
    """What a partner answers, not posted."""
    message = of.versions.first()
    given = {
        **deepcopy(FULL["traveller-answer"]), "of": {"id": str(message.document_id), "origin": "AL"},
        "text": "Quasimodo is under observation.", **change,
    }  # fmt: skip
    return world.document(name, "", "to:AL", type="traveller-answer", body=given, no_onward_sharing=True)
