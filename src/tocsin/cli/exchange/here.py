"""The node that a command is run on, as the exchange sees it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.exchange.local import LocalNode
    from tocsin.exchange.trust.list import TrustList

__all__ = ["join", "opened_node", "recorded"]

Done = TypeVar("Done")


def opened_node(*, sealing: bool = False, joining: bool = False) -> "LocalNode":
    """The node in the folder of --home.

    sealing   with the keys that sign documents, for who must know whether it has them
    joining   though it may have no trust list yet

    Raises NoNode if there is no node, BadInput if it has no list, BadKey for a key file that cannot be used.
    """
    from tocsin.cli.node import opened

    opened()
    from tocsin.node.post.here import local_node

    here = local_node(sealing=sealing)
    if not joining and not here.store.trust_files():
        raise BadInput(f"{here.node} takes no part yet; `tocsin exchange trust take FOLDER` makes it trust its first")
    return here


def recorded(
    here: "LocalNode", act: str, do: Callable[[], Done], *, first: str, second: str, **details: object
) -> Done:
    """Do what two people decided, and put it and their names into the node's audit."""
    from tocsin.node.post.actions.at_the_terminal import recorded as done

    return done(here, act, do, first=first, second=second, **details)


def join(root: bytes, files: Mapping[str, bytes]) -> "TrustList":
    """Have the node, which is opened already, trust this root and the list that it leads to. Raises ExchangeError."""
    from tocsin.node.post.actions.joining import join as joined

    return joined(root, files, by=None)
