"""What an examination may ask the node that examines. What a node does not know is None, and not checked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

__all__ = ["Context", "Place", "Series"]


class Place(NamedTuple):
    """A place of a document's origin.

    population  people who live there; None where nobody knows or nobody lives
    parent      code of the place that it lies in; None for those just inside the state
    in_parent   whether its counts are in its parent's and in none of its siblings'; false for a point of entry, whose
                cases may be counted where people live as well
    """

    population: int | None = None
    parent: str | None = None
    in_parent: bool = True


class Series(NamedTuple):
    """What the counts of all weeks have in common."""

    indicator: str
    disease: str
    place: str
    age: str
    sex: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the examining node knows.

    now        the moment of the examination, by its clock; without it `recorded_at` is taken at its word
    exercise   whether the alliance is one of exercise
    diseases   known disease codes
    places     known places of the document's origin by code; the state itself may be among them, under its own name
    past       counts known of a series of the origin, by first day of week, counted by the same date and definition
    """

    now: datetime | None = None
    exercise: bool | None = None
    diseases: Collection[str] | None = None
    places: Mapping[str, Place] | None = None
    past: Callable[[Series], Mapping[date, int]] | None = None

    @cached_property
    def population(self) -> Mapping[str, int]:
        """Populations that are known, by place."""
        return {code: place.population for code, place in (self.places or {}).items() if place.population is not None}

    def parents(self, origin: str) -> dict[str, str]:
        """The place that each place's counts are part of: the state itself for the outermost."""
        return {
            code: place.parent or origin
            for code, place in (self.places or {}).items()
            if place.in_parent and code != origin
        }
