"""What two people have an operator do at a terminal: done, and recorded with their names, in one transaction."""

from collections.abc import Callable
from typing import TypeVar

from tocsin.exchange.local import LocalNode
from tocsin.node.alliance import audit

__all__ = ["recorded"]

Done = TypeVar("Done")


def recorded(here: LocalNode, act: str, do: Callable[[], Done], *, first: str, second: str, **details: object) -> Done:
    """Do it, and say in the audit who decided it and who agreed, by the names that the operator gave."""
    with here.store.atomic():
        done = do()
        audit.record(act, by=None, first=first, second=second, **details)
    return done
