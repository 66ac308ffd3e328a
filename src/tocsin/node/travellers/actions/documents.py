"""Documents about travellers: how ours are made."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.node.alliance.models import State as Country
from tocsin.node.events.refusals import ActRefused
from tocsin.node.post.examining import examine
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.particulars import particular

__all__ = ["make", "node_here"]


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
