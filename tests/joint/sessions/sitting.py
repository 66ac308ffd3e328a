"""A session of three states on its way, for tests: AL has convened it, BO and CE are invited."""

from typing import Any

from tests.exchange.types.council import SESSION_ACTS
from tests.joint.acting import Acting
from tests.joint.decisions.deciding import RULES

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.ordering import arranged
from tocsin.joint.sessions.folding import session_of
from tocsin.joint.sessions.state import Session

DELEGATES = SESSION_ACTS["delegation"]["delegates"]


class Sitting(Acting):
    """A session that was convened, and what is said of it."""

    def __init__(self, *, rules: BodyRules = RULES, **convened: Any) -> None:
        super().__init__("AL", noun="session")
        self.rules = rules
        self.owner_does("convene", **(SESSION_ACTS["convene"] | convened))

    def owner_does(self, kind: str, /, **said: Any) -> Act:
        return self.order(kind, said)

    def does(self, state: str, kind: str, /, **said: Any) -> Act:
        """An act of a state, which the owner takes in at once."""
        if state == self.owner:
            return self.owner_does(kind, **said)
        act = self.say(state, kind, said)
        self.owner_does_order(act)
        return act

    def owner_does_order(self, *acts: Act) -> Act:
        return self.order("order", {}, includes=acts)

    @property
    def applied(self) -> tuple[Applied, ...]:
        return arranged(self.owned, self.others).applied

    @property
    def session(self) -> Session:
        return session_of(self.applied, rules=self.rules)

    @property
    def code(self) -> str:
        """Why the last act but the order that takes it in changed nothing; empty: it did."""
        refused = self.session.refused
        ours = [one.act for one in self.applied if one.act.kind != "order"]
        return refused[-1].code if refused and refused[-1].applied.act is ours[-1] else ""


def opened() -> Sitting:
    """A session that is open, with BO's delegation there and item 1 taken up."""
    made = Sitting()
    made.does("BO", "delegation", delegates=DELEGATES)
    made.owner_does("open")
    made.does("BO", "attend", present=["a", "b"])
    made.owner_does("take_up", item="1")
    return made


def closed() -> Sitting:
    """The same, concluded and closed."""
    made = opened()
    made.owner_does("conclude", **SESSION_ACTS["conclude"])
    made.owner_does("close")
    return made
