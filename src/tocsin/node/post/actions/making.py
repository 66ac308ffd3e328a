"""What every document of an act begins with: who takes part, its head, and an examination of our own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.documents import NATIONAL, Document, NationalDocument
from tocsin.exchange.errors import Malformed
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.trust.list import TrustList
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
    also_absent: bool = False,
) -> Document:
    """A document of ours as it will leave. Raises ActRefused where nobody would take it.

    id            where the body names its own document; else it gets a new one
    also_absent   address nodes too that are suspended or have left: what is said to all who take part in something
                  waits for them, and does not end because one of them is away
    """
    trust, at = here.trust(), here.now()
    nodes = tuple(sorted(set(to)))
    absent = [node for node in nodes if _is_absent(trust, node, suspended=not also_absent)]
    if absent:
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": named(absent)})
    try:
        document = (NationalDocument if classification == NATIONAL else Document)(
            id=id or new_id(at), alliance=trust.alliance, origin=here.node, recorded_at=at,
            classification=classification,
            addressees=nodes, type=document_type, body=dict(body), exercise=trust.exercise, language=language,
            no_onward_sharing=no_onward_sharing, version=version, supersedes=supersedes,
        )  # fmt: skip
    except Malformed as malformed:
        raise ActRefused(_("This cannot be sent: %(why)s.") % {"why": code_named(malformed.code)}) from malformed
    for reason in examine(document):
        why = particular(reason.said) or code_named(reason.code)
        raise ActRefused(_("Partners would not take this: %(why)s.") % {"why": why})
    return document


def _is_absent(trust: TrustList, node: str, *, suspended: bool) -> bool:
    """Whether nothing can be addressed to a node; `suspended`: one that is away counts as absent too."""
    entry = trust.nodes.get(node)
    return entry is None or (suspended and entry.status != "active")
