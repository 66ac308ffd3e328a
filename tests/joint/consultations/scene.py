"""A case of Altania's first hospital, told act by act; time is counted in hours from its opening.

It asks Borenia's first hospital and Cerania's. Borenia's second is on the same node as the first and is not asked.
"""

from copy import deepcopy
from typing import Any

from tests.exchange.types.consulting import (
    A1,
    A2,
    AIDA,
    ALIM,
    ANNA,
    B1,
    B2,
    BAO,
    C1,
    CARA,
    CONSULTATION_ACTS,
    LIN,
    WEI,
    Said,
    as_of,
    note,
    party,
)
from tests.joint.acting import Acting

from tocsin.joint.acts import Act, Applied
from tocsin.joint.consultations import Case, case_of
from tocsin.joint.ordering import arranged
from tocsin.joint.parties import PartyId
from tocsin.joint.refusing import Refused

DAY = 24
Voice = Said | None  # as whom somebody speaks; None for the machine of the node that asks
DOCTOR, COLLEAGUE, AT_HOME = as_of(A1, ANNA), as_of(A1, ALIM), as_of(A1)
EXPERT, SECOND, BORENIA = as_of(B1, LIN), as_of(B1, WEI), as_of(B1)
CERANIAN, CERANIA = as_of(C1, CARA), as_of(C1)
NOT_ASKED = as_of(B2)


def ids(*named: Said) -> frozenset[PartyId]:
    """Hospitals or clinicians as a case has them."""
    return frozenset(PartyId.of(one) for one in named)


class Scene(Acting):
    """Acts that are taken into the order as they are said."""

    def __init__(self, **said: Any) -> None:
        super().__init__("AL", noun="consultation")
        self.at = 0.0
        self.waiting: list[Act] = []
        self.does(DOCTOR, "submit", at=0, **({"urgency": "routine", "follows": None} | said))

    def does(self, voice: Voice, kind: str, /, *, at: float | None = None, **said: Any) -> "Scene":
        """Somebody does something; the node that asks takes it in at `at`, or an hour after the last."""
        given = deepcopy(CONSULTATION_ACTS[kind]) | ({} if voice is None else {"as": voice}) | said
        origin = self.owner if voice is None else voice["hospital"]["origin"]
        return self.tells(origin, kind, given, at=self.at + 1 if at is None else at)

    def tells(self, origin: str, kind: str, said: Said, *, at: float, waits: bool = False) -> "Scene":
        """A state says it, in whomever's name; `waits`: its partners' acts are taken in with what follows."""
        self.at = at
        if origin != self.owner:
            self.waiting.append(self.say(origin, kind, said))
            if not waits:
                self.order(includes=self.taken_in(), at=at)
        else:
            self.order(kind, said, includes=self.taken_in(), at=at)
        return self

    def taken_in(self) -> list[Act]:
        """What was said and not taken in; it is now."""
        waiting, self.waiting = self.waiting, []
        return waiting

    def passes(self, hours: float) -> "Scene":
        """Time goes by, until another order is given."""
        self.at += hours
        self.order(includes=self.taken_in(), at=self.at)
        return self

    @property
    def applied(self) -> tuple[Applied, ...]:
        return arranged(self.owned, self.others).applied

    @property
    def case(self) -> Case:
        return case_of(self.applied)

    @property
    def status(self) -> str:
        return str(self.case.status)

    @property
    def refused(self) -> Refused | None:
        """The last act, if it was refused; orders that only take in are none."""
        last = [one for one in self.applied if one.act.kind != "order"][-1]
        return next((one for one in self.case.refused if one.applied == last), None)

    def refusal(self) -> tuple[str, dict[str, Any]] | None:
        """Its code and values."""
        return None if self.refused is None else (self.refused.code, dict(self.refused.values))

    @property
    def code(self) -> str:
        return "" if self.refused is None else self.refused.code


def allocated(**said: Any) -> Scene:
    """Borenia's hospital has given the case to Lin."""
    return Scene(**said).does(BORENIA, "allocate")


def taken(**said: Any) -> Scene:
    """Lin has begun."""
    return allocated(**said).does(EXPERT, "take")


def answered(**said: Any) -> Scene:
    """Lin has signed an opinion."""
    return taken(**said).does(EXPERT, "sign")


def acknowledged(**said: Any) -> Scene:
    """It was read, and it will be told how it went on the 23rd, 14 days after the opening."""
    return answered(**said).does(DOCTOR, "acknowledge")


def followed_up(**said: Any) -> Scene:
    """It was told how it went."""
    return acknowledged(**said).does(DOCTOR, "follow_up")


def closed(**said: Any) -> Scene:
    """The case is closed."""
    return followed_up(**said).does(DOCTOR, "close")


def convened(**said: Any) -> Scene:
    """Lin has called Wei and Cara together, two of whom make a quorum."""
    return taken().does(EXPERT, "convene", **said)


def gathered(*voices: Said, **said: Any) -> Scene:
    """These are there: Lin and Wei, or those named."""
    scene = convened(**said)
    for voice in voices or (EXPERT, SECOND):
        scene.does(voice, "join")
    return scene


def drafted(*voices: Said, **said: Any) -> Scene:
    """Lin has proposed an outcome."""
    return gathered(*voices, **said).does(EXPERT, "draft_outcome")


def signed_off() -> Scene:
    """Both agree, and Lin has signed."""
    return drafted().does(EXPERT, "stand").does(SECOND, "stand").does(EXPERT, "sign_off")


__all__ = [
    "A1", "A2", "AIDA", "ALIM", "ANNA", "AT_HOME", "B1", "B2", "BAO", "BORENIA", "C1", "CARA", "CERANIA", "CERANIAN",
    "COLLEAGUE", "DAY", "DOCTOR", "EXPERT", "LIN", "NOT_ASKED", "SECOND", "WEI", "Said", "Scene", "Voice",
    "acknowledged", "allocated", "answered", "as_of", "closed", "convened", "drafted", "followed_up", "gathered", "ids",
    "note", "party", "signed_off", "taken",
]  # fmt: skip
