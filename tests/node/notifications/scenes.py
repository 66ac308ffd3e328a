"""Acts in a row as people do them, and documents as partners write them, for tests of notifications."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

from tests.exchange.types.notified import FULL
from tests.exchange.world import World

from tocsin.exchange.documents import Document
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import Entry, State
from tocsin.exchange.streams import Stream
from tocsin.node.notifications.actions.preparing import change_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import release
from tocsin.node.notifications.actions.verifying import ask_verification

EVENT = "0197c2aa-0000-7000-8000-0000000000e1"


def told(event, by, *, status=None, warned=True, **choices):
    """Make ready, look at it, release it."""
    draft = prepare(event, status=status, by=by)
    if choices:
        draft = change_draft(draft, version=draft.version, by=by, **choices)
    return release(draft, version=draft.version, seen=preview(draft, by=by).digest, warned=warned, by=by)


def delivered(joined, world: World, *names: str):
    """Seal what waits here and bring it to these nodes."""
    for manifest in seal(joined):
        for name in names or ("BO", "CE", "SEC"):
            take(world.nodes[name], joined.store.batch_of(manifest.digest), via="AL")


def bring(world: World, joined, *documents: Document, name: str = "BO"):
    """Post documents of a partner, seal them there, take them in here."""
    for document in documents:
        post(world.nodes[name], document)
    for manifest in seal(world.nodes[name]):
        take(joined, world.nodes[name].store.batch_of(manifest.digest), via=name)


def said(world: World, kind: str, *, name: str = "BO", audience: str = "members", head=None, **change) -> Document:
    """A document of a partner, not posted: the full one of its type, changed."""
    return world.document(name, "", audience, type=kind, body={**deepcopy(FULL[kind]), **change}, **(head or {}))


def notified(world: World, *, name: str = "BO", version: int = 1, before: str | None = None, head=None, **change):
    """What a partner notifies of its event, in one version."""
    places = [{"code": f"{name}-01", "kind": "region", "names": {"en": "Dolin", "ru": "Долин", "zh": "多林"}}]
    given = {
        "serial": f"{name}-2026-3", "places": places, "rows": [], "suppression": None, "event": EVENT,
        "status": "notified" if version == 1 else "updated",
    }  # fmt: skip
    head = {"version": version, "supersedes": before, "language": "ru", **(head or {})}
    return said(world, "notification", name=name, head=head, **(given | change))


def chain(world: World, *statuses: str, **change) -> list[Document]:
    """Versions that follow one another."""
    made: list[Document] = []
    for status in statuses:
        more = {"status": status, "reason": "error" if status == "withdrawn" else None}
        if status == "closed":
            more["response"] = "closed"
        before = made[-1].id if made else None
        made.append(notified(world, version=len(made) + 1, before=before, **(more | change)))
    return made


def entry(document: Document, number: int = 1, state: State = State.ACCEPTED) -> Entry:
    """Where a document would stand."""
    stream = Stream(document.origin, 1, document.audience)
    return Entry(stream, number, "m" * 43, "d" * 43, state, document.encode(), None, document.id, document.type)


ASKED = {
    "what_is_heard": "Schools are said to be closed.",
    "heard_from": ["media"],
    "questions": [("is_it_true", ""), ("counts", "Since March?")],
    "language": "en",
}


def ask(**change):
    """Ask BO, by `by`."""
    given = {**ASKED, "to": "BO", "answer_by": datetime.now(UTC) + timedelta(hours=24), **change}
    return ask_verification(**given)
