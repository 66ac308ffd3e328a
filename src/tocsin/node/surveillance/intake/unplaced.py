"""Cases whose place a table leaves empty: a total of the places inside, or cases of which nobody knows where.

A person's row in a line list is never a total. In a table of counts an empty cell means either; what is at least as
much as the named places hold together is their total, what is less is a remainder. A remainder is counted in a place
of its own, "place not known", beside the named ones, so that sums hold everybody and nobody twice.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from tocsin.node.surveillance.models import Place

__all__ = ["not_known_in", "remainders"]

NAMES = ("Place not known", "Место не указано", "地点不详")
KIND_INSIDE = {Place.Kind.COUNTRY: Place.Kind.REGION, Place.Kind.REGION: Place.Kind.DISTRICT}


def remainders(
    named: Mapping[int, Iterable[int]],
    empty: Mapping[int, Iterable[int]],
    counts: NDArray[np.float64],
    *,
    line_list: bool,
) -> set[int]:
    """Keys of the places whose rows with an empty place inside are a remainder, and not a total.

    named, empty  place → rows of `counts` (rows, periods) that name it as their innermost place, or leave empty
                  what is inside it
    """
    paths = dict(Place.objects.filter(pk__in={*named, *empty}).values_list("pk", "path"))
    found = set()
    for place, rows in empty.items():
        inside = [
            row for other, theirs in named.items() if other != place and paths[other].startswith(paths[place])
            for row in theirs
        ]  # fmt: skip
        if inside and (line_list or np.nansum(counts[list(rows)]) < np.nansum(counts[inside])):
            found.add(place)
    return found


@transaction.atomic
def not_known_in(place: int) -> int:
    """The place that stands for "somewhere in it"; made when it is first wanted."""
    from tocsin.node.surveillance.actions.setting_up import add_place

    around = Place.objects.select_for_update(of=("self",)).select_related("state").get(pk=place)
    code = f"{around.code}-?"
    there = Place.objects.filter(code=code).first() or add_place(
        code=code, kind=KIND_INSIDE.get(around.kind, around.kind), parent=around, names=NAMES, state=around.state
    )
    return there.pk
