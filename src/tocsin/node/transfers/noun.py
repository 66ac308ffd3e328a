"""Transfers among joint objects: `joint.nouns.Noun`."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.joint.acts import Act, Applied
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.joint.transfers import next_machine_act, try_act
from tocsin.joint.transfers.acting import stands_until
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due
from tocsin.node.transfers import destroying, rows, telling
from tocsin.node.transfers.reading import transfer_ahead, transfer_here

__all__ = ["Transfers"]


class Transfers:
    """See `joint.nouns.Noun`."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """By the rules of `joint.transfers`, which are the same in every alliance."""
        return try_act(applied, act, at=at)

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Its rows; what was said of a patient who no longer agrees goes. Of one of ours again when it lapses."""
        row = rows.write(of, transfer_ahead(of, arrangement))
        if row is None:
            return None
        if not row.may_be_told:
            destroying.destroy(row)
        if not of.is_ours:
            return None
        return stands_until(transfer_here(of, arrangement))

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """Of a transfer of ours, that it has lapsed."""
        kind = next_machine_act(transfer_here(of, arrangement), at=at) if of.is_ours else None
        return [Due(kind)] if kind is not None else []

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """People learn of what asks something of them, and of what others have said."""
        telling.of_transfer(of, transfer_here(of, arrangement))
