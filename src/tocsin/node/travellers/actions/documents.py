"""Documents about travellers: how ours are made, and how whatever the exchange keeps of one is destroyed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase, forget
from tocsin.exchange.errors import ExchangeError, Malformed
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.store import State
from tocsin.node.alliance.models import State as Country
from tocsin.node.events.refusals import ActRefused
from tocsin.node.post import models
from tocsin.node.post.examining import examine
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.particulars import particular
from tocsin.node.post.store.entries import read_entries

__all__ = ["destroy_documents", "make", "node_here"]


def node_here() -> LocalNode:
    """This node. Raises ActRefused where it has not joined the exchange."""
    if not takes_part():
        raise ActRefused(_("This node has not joined the exchange yet, so that nobody could read it."))
    return local_node()


def make(
    here: LocalNode, document_type: str, body: Mapping[str, Any], *, to: str, language: str, version: int = 1,
    supersedes: str | None = None,
) -> Document:  # fmt: skip
    """A document for one state alone, as it will leave. Raises ActRefused where that state would not take it."""
    trust, at = here.trust(), here.now()
    if to not in trust.nodes or trust.nodes[to].status != "active":
        state = Country.objects.filter(pk=to).first()
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": state or to})
    try:
        document = Document(
            id=new_id(at), alliance=trust.alliance, origin=here.node, recorded_at=at, classification="SELECTIVE",
            addressees=(to,), type=document_type, body=dict(body), exercise=trust.exercise, language=language,
            no_onward_sharing=True, version=version, supersedes=supersedes,
        )  # fmt: skip
    except Malformed as malformed:
        raise ActRefused(_("This cannot be sent: %(why)s.") % {"why": code_named(malformed.code)}) from malformed
    for reason in examine(document):
        why = particular(reason.said) or code_named(reason.code)
        raise ActRefused(_("Partners would not take this: %(why)s.") % {"why": why})
    return document


def destroy_documents(here: LocalNode, origin: str, other: str, ids: Collection[str]) -> None:
    """Whatever is kept of these: text and key, where they stand, stand again, were set aside, or wait to be sealed.

    Of our own everybody who has them is asked to do the same; of others' nobody is told.
    other  the addressee of ours; of others' documents, this node
    """
    audience = f"to:{other}"
    if origin == here.node:
        _take_back(here, audience, ids)
    rows = models.Entry.objects.filter(origin=origin, document_id__in=list(ids), in_use=True)
    entries = [
        entry for entry in read_entries(rows) if entry.stream.audience == audience and entry.state is not State.ERASED
    ]
    own = [entry for entry in entries if entry.state is State.OWN]
    if own and origin == here.node:
        _ask_to_erase(here, own)
        entries = [entry for entry in entries if entry.state is not State.OWN]
    if entries:
        forget(here, entries)
    here.store.drop_set_aside(origin, audience, list(ids))
    # What was wrong with one that was kept apart may repeat a day of birth.
    rows.filter(state=State.ERASED.value).update(reasons=b"", has_reasons=False)


def _ask_to_erase(here: LocalNode, entries: Sequence[Any]) -> None:
    try:
        erase(here, entries, reason="retention-ended")
    except (ValueError, ExchangeError):  # the addressee is in no list any more: nobody can be told
        forget(here, entries)


def _take_back(here: LocalNode, audience: str, ids: Collection[str]) -> None:
    """What waits to be sealed never leaves."""
    waiting = models.Outgoing.objects.filter(audience=audience)
    here.store.take_out(row.pk for row in waiting if _id_of(bytes(row.document)) in ids)


def _id_of(data: bytes) -> str:
    return Document.read(data).id
