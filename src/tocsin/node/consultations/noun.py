"""Consultations among joint objects: `joint.nouns.Noun`."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from tocsin.joint.acts import Act, Applied
from tocsin.joint.consultations import Case, Status, next_machine_act, try_act
from tocsin.joint.consultations.asking import ends_by_itself_at
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.node.consultations import allocating, destroying, escalating, models, rows, telling
from tocsin.node.consultations.finding import KIND, keep_findable
from tocsin.node.consultations.reading import case_ahead, case_here
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due
from tocsin.node.search.writing import forget

__all__ = ["Consultations", "due_at"]


class Consultations:
    """See `joint.nouns.Noun`."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """By the rules of `joint.consultations`, which are the same in every alliance."""
        return try_act(applied, act, at=at)

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Its rows; what was said of a patient who no longer agrees goes. Again when time makes something due."""
        ahead = case_ahead(of, arrangement)
        ends_now = not ahead.may_be_told and models.Case.objects.filter(of=of, may_be_told=True).exists()
        row = rows.write(of, ahead)
        if row is None:
            forget(KIND, of.pk)
            return None
        if not ahead.may_be_told:
            destroying.destroy(row)
        if ends_now:
            destroying.tell_followers(row)
        keep_findable(row, ahead)
        moments = [
            due_at(case_here(of, arrangement)) if of.is_ours else None,
            allocating.due_at(ahead),
            escalating.due_at(row),
        ]
        return min((one for one in moments if one is not None), default=None)

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """Of a case of ours that it is over, or to be followed up; of one that we are asked, whom our rules give it."""
        kind = next_machine_act(case_here(of, arrangement), at=at) if of.is_ours else None
        if kind is not None:
            return [Due(kind)]
        return allocating.due(case_ahead(of, arrangement), at=at)

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """People learn of what asks something of them, and of what others have said; late ones are told again."""
        telling.of_case(of, case_here(of, arrangement))
        escalating.escalate(of)


def due_at(case: Case) -> datetime | None:
    """When time alone next changes a case of ours."""
    if case.status is Status.ACKNOWLEDGED and case.acknowledged is not None:
        return datetime.combine(case.acknowledged.follow_up_on, time(), tzinfo=UTC) + timedelta(seconds=1)
    return ends_by_itself_at(case)
