"""What every document of an act begins with: who takes part, its head, and an examination of our own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.naming import named
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
    here: LocalNode,
    document_type: str,
    body: Mapping[str, Any],
    *,
    to: Sequence[str] = (),
    classification: str = "SELECTIVE",
    language: str,
    no_onward_sharing: bool = False,
    version: int = 1,
    supersedes: str | None = None,
    id: str | None = None,
) -> Document:
    """A document of ours as it will leave. Raises ActRefused where nobody would take it.

    id   where the body names its own document; else it gets a new one
    """
    trust, at = here.trust(), here.now()
    nodes = tuple(sorted(set(to)))
    if absent := [node for node in nodes if node not in trust.nodes or trust.nodes[node].status != "active"]:
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": named(absent)})
    try:
        document = Document(
            id=id or new_id(at), alliance=trust.alliance, origin=here.node, recorded_at=at, classification=classification,
            addressees=nodes, type=document_type, body=dict(body), exercise=trust.exercise, language=language,
            no_onward_sharing=no_onward_sharing, version=version, supersedes=supersedes,
        )  # fmt: skip
    except Malformed as malformed:
        raise ActRefused(_("This cannot be sent: %(why)s.") % {"why": code_named(malformed.code)}) from malformed
    for reason in examine(document):
        why = particular(reason.said) or code_named(reason.code)
        raise ActRefused(_("Partners would not take this: %(why)s.") % {"why": why})
    return document
