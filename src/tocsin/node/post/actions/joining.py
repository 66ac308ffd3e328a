"""Joining an alliance: the node learns which root it trusts, handed over by people, and takes the list it leads to."""

from collections.abc import Mapping

from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import begin, refreshed
from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.post.here import now
from tocsin.node.post.store import DjangoStore

__all__ = ["join"]


def join(root: bytes, files: Mapping[str, bytes], *, by: Person | None) -> TrustList:
    """Trust this root from now on, and the list among `files` that it leads to.

    Raises ExchangeError if this node trusts a root already, or the list is of another alliance or does not name it;
    NotTrusted if the list is not signed as the root demands.
    """
    store = DjangoStore()
    with store.atomic():
        if store.trust_files():
            raise ExchangeError(
                "this node has joined an alliance already; a newer list comes by itself, or by tocsin exchange import"
            )
        state = refreshed(begin(root), files, now=now())
        ours, node = alliance(), here().code
        for what, said, expected in (
            ("alliance", state.list.alliance, ours.code),
            ("exercise", state.list.exercise, ours.exercise),
        ):
            if said != expected:
                raise ExchangeError(f"the trust list says {what} is {said!r}, this node's {what} is {expected!r}")
        if node not in state.list.nodes:
            raise ExchangeError(f"the trust list does not name {node}; the alliance's holders admit it first")
        store.put_trust_files(state.files)
        audit.record(
            "exchange.joined", by=by, alliance=ours.code, root=state.list.root_version, nodes=len(state.list.nodes)
        )
    return state.list
