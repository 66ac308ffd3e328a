"""A joint object as its owner's and others' documents make it, for tests: no signatures, only acts."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tocsin.exchange.suite import digest
from tocsin.joint.acts import Act, ObjectId, Order, Reference

BEGIN = datetime(2026, 3, 9, 6, tzinfo=UTC)


class Acting:
    """Acts on one object, each at the end of its node's stream.

    `say` is an act of any node; `order` a document of the owner that includes what is named. `at` counts hours since
    the beginning, by the owner's clock.
    """

    def __init__(self, owner: str = "AL", *, noun: str = "decision", serial: int = 1) -> None:
        self.owner, self.noun = owner, noun
        self._ids = count(serial * 1000)
        self._places: dict[str, int] = {}
        self.owned: list[Act] = []
        self.others: dict[tuple[str, str], Act] = {}
        self.object = ObjectId(owner, "")

    def say(self, origin: str, kind: str, said: Any = None, *, order: Order | None = None, **more: Any) -> Act:
        """An act, known to everybody and in no order yet unless `order` is given."""
        number = next(self._ids)
        id = f"0197c2aa-0000-7000-8000-{number:012d}"
        if not self.object.id:
            self.object = ObjectId(self.owner, id)
        self._places[origin] = place = self._places.get(origin, 0) + 1
        made = Act(
            **{
                "object": self.object, "id": id, "origin": origin, "digest": digest(f"{origin} {id}".encode()),
                "kind": kind, "said": said or {}, "recorded_at": BEGIN, "order": order, "place": (1, place),
                "role": "council_delegate", "noun": self.noun, **more,
            }
        )  # fmt: skip
        if order is None:
            self.others[origin, id] = made
        else:
            self.owned.append(made)
        return made

    def order(self, kind: str = "order", said: Any = None, *, includes: Any = (), at: float = 0, **more: Any) -> Act:
        """The owner's next document: it takes in `includes`, and then does `kind`."""
        last = self.owned[-1] if self.owned else None
        order = Order(
            len(self.owned) + 1,
            last.digest if last else None,
            BEGIN + timedelta(hours=at),
            tuple(reference(act) for act in includes),
        )
        return self.say(self.owner, kind, said, order=order, **more)


def reference(act: Act) -> Reference:
    """How an order names an act."""
    return act.reference
