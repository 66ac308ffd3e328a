"""Signals in the order in which they came to be seen, so that a program gets each of them once and misses none.

Neither times nor keys give that order. A key is made when a signal is found; a screening writes for minutes, hidden,
and what it found is seen at once when it ends: by then a signal that somebody reported meanwhile, with a later key,
has long been pulled. On PostgreSQL two transactions can also commit in the other order than that of their keys.

The audit has the order: whatever makes signals visible is put on record in the same transaction, and each record is
chained to the one before it under a lock that is held until commit. Whoever sees record n sees all records before it
that will ever be. So the place of a signal is the number of the record that published it, and then its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tocsin.node.alliance.models import AuditEntry, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Screening, Signal

__all__ = ["BEGINNING", "PUBLISHED_BY", "Place", "Pulled", "pull"]

Place = tuple[int, UUID]
BEGINNING: Place = (0, UUID(int=0))
LAST = UUID(int=2**128 - 1)
SCREENED, REPORTED = "screening.done", "signal.reported"
PUBLISHED_BY = (SCREENED, REPORTED)
RECORDS = 200
SHOWN = ("place", "series", "thread", "by")


@dataclass(frozen=True, slots=True)
class Pulled:
    """Signals after a place, the place after them, and whether more are there already."""

    signals: list[Signal]
    after: Place
    more: bool


def pull(person: Person, after: Place, most: int) -> Pulled:
    """The next `most` signals that `person` may see; six queries at most, whatever there is."""
    acts = PUBLISHED_BY if person.may(Ability.READ_SURVEILLANCE) else (REPORTED,)
    first = after[0] + (after[1] == LAST)  # of a record that was pulled whole nothing is looked for again
    records = AuditEntry.objects.filter(act__in=acts, number__gte=first).order_by("number")
    found = list(records.values_list("number", "act", "target_id")[: RECORDS + 1])
    chosen, is_all = _chosen(found, most)
    if not chosen:
        return Pulled([], after, more=False)
    placed = _placed(person, chosen, after, most + 1)
    if len(placed) > most:
        placed, is_all = placed[:most], False
        end = placed[-1][0]
    else:
        end = max(after, (chosen[-1][0], LAST))
    return Pulled([signal for _, signal in placed], end, more=not is_all)


Record = tuple[int, str, str]


def _chosen(records: list[Record], most: int) -> tuple[list[Record], bool]:
    """The first records that hold `most` signals together, or all of them; and whether they are all."""
    screenings = [UUID(target) for _, act, target in records if act == SCREENED]
    sizes = dict(Screening.objects.filter(pk__in=screenings).values_list("pk", "signals_found"))
    total, chosen = 0, []
    for record in records[:RECORDS]:
        chosen.append(record)
        total += 1 if record[1] == REPORTED else sizes.get(UUID(record[2])) or 0
        if total >= most:
            break
    return chosen, len(chosen) == len(records)


def _placed(person: Person, records: list[Record], after: Place, most: int) -> list[tuple[Place, Signal]]:
    """Signals of the records beyond a place, in order. All records but the last hold few; of that a part is read."""
    visible = Signal.objects.visible_to(person).select_related(*SHOWN)
    last = Q(pk__gt=after[1]) if records[-1][0] == after[0] else Q()
    found = [*visible.filter(_of(records[:-1]))] if records[:-1] else []
    found += visible.filter(_of(records[-1:]) & last).order_by("pk")[:most]
    numbers: Mapping[UUID, int] = {UUID(target): number for number, _, target in records}
    placed = [((numbers[signal.screening_id or signal.pk], signal.pk), signal) for signal in found]
    return sorted((one for one in placed if one[0] > after), key=lambda one: one[0])[:most]


def _of(records: list[Record]) -> Q:
    targets = {act: [UUID(target) for _, one, target in records if one == act] for act in PUBLISHED_BY}
    return Q(screening__in=targets[SCREENED]) | Q(pk__in=targets[REPORTED], screening=None)
