"""A request of Altania that Borenia and Cerania answer, told act by act; time is counted in hours from its opening."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.exchange.types.assisting import ACTS, item, line, typed
from tests.joint.acting import Acting

from tocsin.joint.acts import Act, Applied
from tocsin.joint.assistance import Key, Request, request_of
from tocsin.joint.ordering import arranged
from tocsin.joint.refusing import Refused

DAY = 24
O1, S1 = Key("BO", "o1"), Key("BO", "s1")
# 10,000 respirators in pieces and 5,000 doses; BO offers 50 boxes of 100 and 100 vials of 10.
ITEMS = [item("i1"), typed("i2", "vaccine-plague", 5_000, "dose", cold_chain="2_8")]
LINES = [line("i1"), line("i2", 100, "vial", 10)]


class Scene(Acting):
    """Acts that are taken into the order as they are said."""

    def __init__(self, **said: Any) -> None:
        super().__init__("AL", noun="assistance")
        self.at = 0.0
        self.does("AL", "request", **({"items": deepcopy(ITEMS)} | said))

    def does(self, origin: str, kind: str, *, at: float | None = None, **said: Any) -> "Scene":
        """`origin` does something; the owner's node takes it in at `at`, an hour after the last if that is left out."""
        self.at = self.at + 1 if at is None else at
        given = deepcopy(ACTS[kind]) | said
        if origin == self.owner:
            self.order(kind, given, at=self.at)
        else:
            self.order(includes=[self.say(origin, kind, given)], at=self.at)
        return self

    @property
    def applied(self) -> tuple[Applied, ...]:
        return arranged(self.owned, self.others).applied

    @property
    def request(self) -> Request:
        return request_of(self.applied)

    @property
    def refused(self) -> Refused | None:
        """The last act that was refused, if it is the last but an order."""
        refused = self.request.refused
        last = [one for one in self.applied if one.act.kind != "order"][-1]
        return refused[-1] if refused and refused[-1].applied == last else None

    def refusal(self) -> tuple[str, dict[str, Any]] | None:
        """Its code and values."""
        return None if self.refused is None else (self.refused.code, dict(self.refused.values))


def offered(**said: Any) -> Scene:
    """BO has offered firmly."""
    return Scene().does("BO", "offer", **({"lines": deepcopy(LINES)} | said))


def accepted(boxes: int = 50, vials: int = 0, **said: Any) -> Scene:
    """AL has accepted boxes and vials of it."""
    lines = [one for one in amounts(i1=boxes, i2=vials) if one["quantity"]]
    return offered(**said).does("AL", "accept", lines=lines)


def planned(boxes: int = 50, **said: Any) -> Scene:
    """BO has planned to send that many boxes, of the 50 that were accepted."""
    return accepted(**said).does("BO", "plan_shipment", lines=amounts(i1=boxes))


def arrived(boxes: int = 50, **said: Any) -> Scene:
    """They stand before AL, and nobody has signed."""
    scene = planned(boxes, **said)
    return scene.does("AL", "clear_shipment").does("BO", "dispatch").does("BO", "in_transit").does("AL", "arrive")


def handed(scene: Scene, *, by: str, **quantities: int) -> Scene:
    """One side signs for quantities."""
    return scene.does(by, "hand_over", lines=[one | {"condition": "good"} for one in amounts(**quantities)])


def handed_over(boxes: int = 50, **said: Any) -> Scene:
    """Both have signed for all of them."""
    return handed(handed(arrived(boxes, **said), by="AL", i1=boxes), by="BO", i1=boxes)


def amounts(**quantities: int) -> list[dict[str, Any]]:
    return [{"item": name, "quantity": quantity} for name, quantity in quantities.items()]


Told = Callable[[], Scene]
__all__ = ["DAY", "ITEMS", "LINES", "O1", "S1", "Act", "Scene", "Told", "accepted", "amounts", "arrived", "handed",
           "handed_over", "offered", "planned"]  # fmt: skip
