"""A patient whom Altania's first hospital would give to Borenia's, told act by act; time is counted in hours."""

from copy import deepcopy
from typing import Any

from tests.exchange.types.consulting import A1, ALIM, ANNA, B1, LIN, TRANSFER_ACTS, WEI, Said, as_of
from tests.joint.acting import Acting

from tocsin.joint.acts import Act, Applied
from tocsin.joint.ordering import arranged
from tocsin.joint.refusing import Refused
from tocsin.joint.transfers import Transfer, transfer_of

DOCTOR, COLLEAGUE, SENDER = as_of(A1, ANNA), as_of(A1, ALIM), as_of(A1)
INTENSIVIST, SECOND, RECEIVER = as_of(B1, LIN), as_of(B1, WEI), as_of(B1)
DAY = 24
Voice = Said | None  # as whom somebody speaks; None for the machine of the node that sends


class Moving(Acting):
    """Acts that are taken into the order as they are said."""

    def __init__(self, **said: Any) -> None:
        super().__init__("AL", noun="transfer")
        self.at = 0.0
        self.waiting: list[Act] = []
        self.does(DOCTOR, "request", at=0, **said)

    def does(self, voice: Voice, kind: str, /, *, at: float | None = None, **said: Any) -> "Moving":
        """Somebody does something; the node that sends takes it in at `at`, or an hour after the last."""
        given = deepcopy(TRANSFER_ACTS[kind]) | ({} if voice is None else {"as": voice}) | said
        origin = self.owner if voice is None else voice["hospital"]["origin"]
        return self.tells(origin, kind, given, at=self.at + 1 if at is None else at)

    def tells(self, origin: str, kind: str, said: Said, *, at: float, waits: bool = False) -> "Moving":
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

    def passes(self, hours: float) -> "Moving":
        """Time goes by, until another order is given."""
        self.at += hours
        self.order(includes=self.taken_in(), at=self.at)
        return self

    @property
    def applied(self) -> tuple[Applied, ...]:
        return arranged(self.owned, self.others).applied

    @property
    def transfer(self) -> Transfer:
        return transfer_of(self.applied)

    @property
    def status(self) -> str:
        return str(self.transfer.status)

    def refusal(self) -> tuple[str, dict[str, Any]] | None:
        """Code and values of the last act that is no mere order, if it was refused."""
        last = [one for one in self.applied if one.act.kind != "order"][-1]
        found: Refused | None = next((one for one in self.transfer.refused if one.applied == last), None)
        return None if found is None else (found.code, dict(found.values))

    @property
    def code(self) -> str:
        refusal = self.refusal()
        return "" if refusal is None else refusal[0]


def accepted(**said: Any) -> Moving:
    """Lin has a bed from noon, for a day."""
    return Moving().does(INTENSIVIST, "accept", **said)


def departed() -> Moving:
    return accepted().does(DOCTOR, "depart")


def arrived() -> Moving:
    return departed().does(INTENSIVIST, "arrive")


def handed_over() -> Moving:
    """Both have signed."""
    return arrived().does(DOCTOR, "sign").does(INTENSIVIST, "sign")


def ended() -> Moving:
    return handed_over().does(INTENSIVIST, "end")
