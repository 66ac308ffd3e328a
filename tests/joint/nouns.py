"""What the machine of a node knows of each noun, for tests: the same calls that the node's apps make."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.assistance import folding
from tocsin.joint.bodies import BodyRules
from tocsin.joint.consultations import folding as consulting
from tocsin.joint.decisions import folding as deciding
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.due import next_machine_act, owes_receipt
from tocsin.joint.decisions.state import Adoption, Decision
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.joint.transfers import folding as transferring

Owed = Sequence[tuple[str, Mapping[str, Any]]]


class Noun(Protocol):
    def fold(self, applied: Sequence[Applied]) -> Any: ...

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None: ...

    def due(self, name: str, key: ObjectId, arrangement: Arrangement, at: datetime) -> Owed: ...


class Decisions:
    """By the rules that each decision carries."""

    def fold(self, applied: Sequence[Applied]) -> Decision:
        return deciding.decision_of(applied, rules=_rules(applied[0].act if applied else None))

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        return deciding.try_act(applied, act, rules=_rules(applied[0].act if applied else act), at=at)

    def due(self, name: str, key: ObjectId, arrangement: Arrangement, at: datetime) -> Owed:
        decision = self.fold(arrangement.applied)
        if name != key.origin:
            owes = owes_receipt(decision, name, through=arrangement.through, sent=arrangement.proposals)
            return [("received", {"through": arrangement.through})] if owes else []
        kind = next_machine_act(decision, at)
        if kind != "adopt":
            return [(kind, {})] if kind else []
        found = adoptable(decision, at)
        return [("adopt", found.as_said())] if isinstance(found, Adoption) else []


class Requests:
    """Requests for assistance."""

    def fold(self, applied: Sequence[Applied]) -> Any:
        return folding.request_of(applied)

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        return folding.try_act(applied, act, at=at)

    def due(self, name: str, key: ObjectId, arrangement: Arrangement, at: datetime) -> Owed:
        request = self.fold(arrangement.applied)
        over = request.ended is None and request.lapses_on is not None
        return [("lapse", {})] if name == key.origin and over and at.astimezone(UTC).date() > request.lapses_on else []


class Cases:
    """Consultations between hospitals."""

    def fold(self, applied: Sequence[Applied]) -> Any:
        return consulting.case_of(applied)

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        return consulting.try_act(applied, act, at=at)

    def due(self, name: str, key: ObjectId, arrangement: Arrangement, at: datetime) -> Owed:
        kind = consulting.next_machine_act(self.fold(arrangement.applied), at=at) if name == key.origin else None
        return [(kind, {})] if kind else []


class Moves:
    """Transfers of patients."""

    def fold(self, applied: Sequence[Applied]) -> Any:
        return transferring.transfer_of(applied)

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        return transferring.try_act(applied, act, at=at)

    def due(self, name: str, key: ObjectId, arrangement: Arrangement, at: datetime) -> Owed:
        kind = transferring.next_machine_act(self.fold(arrangement.applied), at=at) if name == key.origin else None
        return [(kind, {})] if kind else []


def _rules(opening: Act | None) -> BodyRules:
    if opening is None or opening.kind != "propose":
        return BodyRules("", (), False, None, (), (), ())
    return rules_carried(opening)


NOUNS: Mapping[str, Noun] = {
    "decision": Decisions(), "assistance": Requests(), "consultation": Cases(), "transfer": Moves(),
}  # fmt: skip
