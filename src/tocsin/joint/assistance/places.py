"""Places by their code, names and position, and the distance between two of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any, Self

from tocsin.joint.assistance.catalogue import Words

__all__ = ["EARTH_RADIUS_KM", "Place", "distance_km"]

EARTH_RADIUS_KM = 6_371.0  # mean; the sphere differs from the ellipsoid by half a per cent at most
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A place. `latitude` and `longitude` are in millionths of a degree, both or neither; `code` may be None."""

    code: str | None
    names: Words
    latitude: int | None = None
    longitude: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As a document says it."""
        return cls(said["code"], Words(**said["names"]), said["latitude"], said["longitude"])

    @property
    def state(self) -> str | None:
        """The code of the state that it lies in, as its own code begins."""
        return None if self.code is None else self.code.split("-")[0]


def distance_km(one: Place, other: Place) -> int | None:
    """The way along the great circle; None unless both positions are known."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    phi, other_phi = radians(one.latitude / MICRO), radians(other.latitude / MICRO)
    across = radians((other.longitude - one.longitude) / MICRO)
    haversine = sin((other_phi - phi) / 2) ** 2 + cos(phi) * cos(other_phi) * sin(across / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(haversine))))
