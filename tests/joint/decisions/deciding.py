"""A decision of three states on its way, for tests: AL keeps it, BO and CE are concerned as well."""

from datetime import datetime, timedelta
from typing import Any

from tests.exchange.types.council import DECISION_ACTS, MEASURE, TEXT
from tests.joint.acting import BEGIN, Acting

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Adoption, Decision
from tocsin.joint.ordering import arranged
from tocsin.joint.refusing import Refused

RULES = BodyRules(
    code="coordination-council",
    kinds=("statement", "plan", "agreement"),
    silence=True,
    silence_hours=24,
    members=("AL", "BO", "CE", "DE"),
    official=("ru", "zh-hans"),
    may_join=("FO",),
)
PROPOSED = DECISION_ACTS["propose"] | {
    "concerned": ["AL", "BO", "CE"],
    "in_force": {"when": "adopted", "on": None},
    "measures": [MEASURE],
}
DAY = 24


def hours(at: float) -> datetime:
    """So many hours after the beginning, by the owner's clock."""
    return BEGIN + timedelta(hours=at)


class Deciding(Acting):
    """A proposal, and what is said of it. `at` counts hours from the beginning."""

    def __init__(self, *, rules: BodyRules = RULES, considered: bool = True, **proposed: Any) -> None:
        super().__init__("AL")
        self.rules, self.at = rules, 0.0
        self.owner_does("propose", **(PROPOSED | proposed))
        if considered:
            self.owner_does("consider", until=None)

    def owner_does(self, kind: str, /, *, at: float | None = None, includes: Any = (), **said: Any) -> Act:
        """An act of the owner, in the order at once."""
        self.at = self.at if at is None else at
        return self.order(kind, said, includes=includes, at=self.at)

    def does(self, state: str, kind: str, /, *, at: float | None = None, **said: Any) -> Act:
        """An act of a state, which the owner takes in at once."""
        if state == self.owner:
            return self.owner_does(kind, at=at, **said)
        act = self.say(state, kind, said)
        self.owner_does("order", includes=[act], at=at)
        return act

    @property
    def applied(self) -> tuple[Applied, ...]:
        return arranged(self.owned, self.others).applied

    @property
    def decision(self) -> Decision:
        """What all of it has made of the decision."""
        return decision_of(self.applied, rules=self.rules)

    @property
    def last_refused(self) -> Refused | None:
        """Why the last act but the order that takes it in changed nothing; None: it did."""
        refused = self.decision.refused
        ours = [one.act for one in self.applied if one.act.kind != "order"]
        return refused[-1] if refused and refused[-1].applied.act is ours[-1] else None

    @property
    def code(self) -> str:
        """The code of that refusal; empty where there is none."""
        return self.last_refused.code if self.last_refused else ""

    def consents(self, *states: str, version: int = 1, ad_referendum: bool = False) -> "Deciding":
        for state in states:
            self.does(state, "consent", version=version, ad_referendum=ad_referendum)
        return self

    def adopts(self, *, at: float | None = None) -> Act:
        """The owner adopts what can be adopted, and has to be able to."""
        self.at = self.at if at is None else at
        found = adoptable(self.decision, hours(self.at))
        assert isinstance(found, Adoption), found
        return self.owner_does("adopt", **found.as_said())

    def receives(self, state: str, *, at: float | None = None) -> Act:
        """The node of a state has received all of the order so far."""
        return self.does(state, "received", at=at, through=len(self.owned))


def adopted(**proposed: Any) -> Deciding:
    """A decision that all three have consented to, adopted."""
    made = Deciding(**proposed).consents("AL", "BO", "CE")
    made.adopts(at=1)
    return made


def in_silence(**proposed: Any) -> Deciding:
    """A silence of 24 hours, received by BO an hour after it began and by CE not at all; AL keeps it."""
    made = Deciding(**proposed)
    made.owner_does("silence", version=1, hours=DAY)
    made.receives("BO", at=1)
    return made


def in_closed_silence() -> Deciding:
    """A silence that all three have kept to the end, and of which they have answered the closing call."""
    made = in_silence()
    made.receives("CE", at=2)
    made.owner_does("call", at=2 + DAY + 0.01)
    made.receives("BO")
    made.receives("CE")
    return made


def text(*paragraphs: Any) -> dict[str, Any]:
    return {"paragraphs": list(paragraphs) or TEXT["paragraphs"]}
