"""A node of four that has joined the exchange."""

from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner"]
