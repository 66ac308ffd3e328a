"""Decisions among joint objects: `joint.nouns.Noun`."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.joint.acts import Act, Applied
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.due import due_at, next_machine_act, owes_receipt
from tocsin.joint.decisions.folding import try_act
from tocsin.joint.decisions.state import Adoption
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.council import decision_rows, telling
from tocsin.node.council.reading import folded
from tocsin.node.council.receiving import answers_at, may_receive
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due
from tocsin.node.post.here import local_node

__all__ = ["Decisions"]


class Decisions:
    """See `joint.nouns.Noun`."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """By the rules that the decision carries; an opening by those that it brings."""
        opening = applied[0].act if applied else act
        return try_act(applied, act, rules=rules_carried(opening), at=at)

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Its row and those of its measures; nobody is called any more for what is over."""
        decision = arrangement.folded(folded)
        decision_rows.write(of, decision)
        telling.call_off(of, decision)
        return due_at(decision) if of.is_ours else answers_at(decision, here().code)

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """Of ours the closing call, the adoption, the entry into force; of others' that it was received."""
        decision, own = arrangement.folded(folded), here().code
        if not of.is_ours:
            owes = owes_receipt(decision, own, through=arrangement.through, sent=arrangement.proposals)
            is_due = owes and may_receive(decision, own, now=local_node().now())
            return [Due("received", {"through": arrangement.through})] if is_due else []
        kind = next_machine_act(decision, at)
        if kind != "adopt":
            return [Due(kind)] if kind else []
        found = adoptable(decision, at)
        return [Due("adopt", found.as_said())] if isinstance(found, Adoption) else []

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """Delegates learn of what asks something of them."""
        telling.of_decision(of, arrangement.folded(folded))
