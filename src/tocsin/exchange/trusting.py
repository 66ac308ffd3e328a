"""The trust list as this node holds it: loaded from its store, replaced when a peer or a file brings a newer one."""

from collections.abc import Mapping

from tocsin.exchange.forks import settle_what_fell
from tocsin.exchange.local import LocalNode
from tocsin.exchange.store import Store
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import load, refreshed
from tocsin.exchange.vouching import apply_ends

__all__ = ["Trusted", "take_trust"]


class Trusted:
    """Gives the trust list that a store holds; reads it again only when the store's files have changed."""

    def __init__(self, store: Store) -> None:
        """Of this store."""
        self._store = store
        self._read: tuple[str, TrustList] | None = None

    def __call__(self) -> TrustList:
        """The list. Raises NotTrusted if the store holds none, or an altered one."""
        version = self._store.trust_version()
        if self._read is None or self._read[0] != version:
            self._read = (version, load(self._store.trust_files()).list)
        return self._read[1]


def take_trust(here: LocalNode, offered: Mapping[str, bytes]) -> bool:
    """Take a newer trust list, and take out of use what keys that it ends may not have signed. Whether anything is new.

    Raises NotTrusted, and everything stays as it was.
    """
    before = here.trust()
    with here.store.atomic():
        held = here.store.trust_files()
        after = refreshed(held, offered, now=here.now())
        if dict(after.files) == held:
            return False
        here.store.put_trust_files(after.files)
        apply_ends(here, before, after.list)
        settle_what_fell(here)
        here.window("trust: before the transaction is committed")
    return True
