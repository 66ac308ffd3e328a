"""A boundary layer of the node's own choice: read from its folder, checked, shown on its screens, and never sent on.

node.toml names it: `boundaries = "regions.geojson"`, a file in TOCSIN_HOME/boundaries, and `boundaries_key`, the
property by which it knows places: their codes here, or ISO codes of states. Documents, exports and print have tiles.
"""

import json
import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tocsin.node.alliance.alliance_file import alliance

__all__ = ["LARGEST", "BadLayer", "Layer", "check_layer", "ids_of", "layer"]

LARGEST = 20 << 20
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
log = logging.getLogger(__name__)


class BadLayer(ValueError):
    """The file cannot be shown; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Layer:
    """name: of the file. values: by which the layer knows its areas. content_type: as it is served."""

    name: str
    path: Path
    key: str
    values: frozenset[str]
    content_type: str


def layer() -> Layer | None:
    """The layer that the node has chosen; None if it has none, or one that cannot be used (the log says why)."""
    name = settings.CONFIGURATION.boundaries
    if not name:
        return None
    try:
        return check_layer(settings.HOME / "boundaries", name, settings.CONFIGURATION.boundaries_key)
    except BadLayer as problem:
        log.warning("boundary layer: %s", problem)
        return None


def check_layer(folder: Path, name: str, key: str) -> Layer:
    """Raises BadLayer. What was found of a file is kept until the file changes."""
    path = (folder / name).resolve()
    if Path(name).name != name or path.parent != folder.resolve():
        raise BadLayer(f"{name!r} is not the name of a file in the folder boundaries; put it there and name it alone")
    try:
        found = path.stat()
    except OSError as error:
        raise BadLayer(f"{name} cannot be read ({error.strerror}); copy it into the folder boundaries") from error
    if found.st_size > LARGEST:
        raise BadLayer(
            f"{name} has {found.st_size >> 20} MB; at most {LARGEST >> 20} MB are shown: simplify its lines first"
        )
    checked = _checked(path, key, found.st_mtime_ns, found.st_size)
    if isinstance(checked, str):
        raise BadLayer(f"{name}: {checked}")
    return checked


@lru_cache(maxsize=2)
def _checked(path: Path, key: str, changed: int, size: int) -> Layer | str:
    """The layer, or what is wrong with it; either is kept, so that a bad file is read once and not at each page."""
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
        values = frozenset(_values(read, key))
    except BadLayer as problem:
        return str(problem)
    except UnicodeDecodeError:
        return "is not UTF-8; save it in that encoding"
    except RecursionError:
        return "is nested too deeply"
    except (ValueError, OSError) as error:
        return f"is not well-formed JSON ({error})"
    topology = read["type"] == "Topology"
    return Layer(path.name, path, key, values, "application/json" if topology else "application/geo+json")


def _no_constant(word: str) -> None:
    raise BadLayer(f"holds {word}, which is no number in JSON")


def _values(read: Any, key: str) -> Iterator[str]:
    kind = read.get("type") if isinstance(read, dict) else None
    if kind == "FeatureCollection":
        areas = _features(read)
    elif kind == "Topology":
        areas = _areas_of_topology(read)
    else:
        raise BadLayer(
            f"is of type {str(kind)[:40]!r}; a FeatureCollection (GeoJSON) or a Topology (TopoJSON) is shown"
        )
    some = False
    for number, area in enumerate(areas, 1):
        some = True
        properties = area.get("properties")
        if not isinstance(properties, dict | None):
            raise BadLayer(f"properties of area {number} are no object")
        value = (properties or {}).get(key, area.get("id"))
        if isinstance(value, str | int):
            yield str(value)
    if not some:
        raise BadLayer("has no area")


def _features(read: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    features = read.get("features")
    if not isinstance(features, list):
        raise BadLayer("has no list of features")
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise BadLayer(f"entry {number} of its features is not a Feature")
        if feature.get("geometry") is not None:
            _check_geometry(feature["geometry"], number, "coordinates")
        yield feature


def _areas_of_topology(read: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    objects, arcs = read.get("objects"), read.get("arcs")
    if not isinstance(objects, dict) or not objects or not isinstance(arcs, list):
        raise BadLayer("is a Topology without objects or arcs")
    _check_numbers(arcs, "arcs")
    shown = next(iter(objects.values()))
    if not isinstance(shown, dict) or shown.get("type") != "GeometryCollection":
        raise BadLayer("the first object of the Topology is not a GeometryCollection")
    for number, area in enumerate(_listed(shown, 0), 1):
        if not isinstance(area, dict):
            raise BadLayer(f"entry {number} of its geometries is no object")
        if area.get("type") is not None:
            _check_geometry(area, number, "arcs")
        yield area


def _check_geometry(geometry: Any, number: int, holds: str) -> None:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES:
        raise BadLayer(f"area {number} has a geometry of type {str(kind)[:40]!r}; known are {', '.join(GEOMETRIES)}")
    if kind == "GeometryCollection":
        for inside in _listed(geometry, number):
            _check_geometry(inside, number, holds)
        return
    given = geometry.get("coordinates" if kind in ("Point", "MultiPoint") else holds)
    if not isinstance(given, list):
        raise BadLayer(f"area {number} has no {holds}")
    _check_numbers(given, f"area {number}")


def _listed(geometry: Mapping[str, Any], number: int) -> list[Any]:
    inside = geometry.get("geometries")
    if not isinstance(inside, list):
        raise BadLayer(f"the GeometryCollection of area {number} has no list of geometries")
    return inside


def _check_numbers(given: Iterable[Any], where: str) -> None:
    """Lists within lists, and at the end of each numbers alone."""
    waiting = [given]
    while waiting:
        for one in waiting.pop():
            if isinstance(one, list):
                waiting.append(one)
            elif isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one):
                raise BadLayer(f"{where} has something among its coordinates that is no number")


def ids_of(chosen: Layer, codes: Iterable[str]) -> dict[str, str]:
    """By code of a place or state, the layer's own name of it: the code, or the ISO code of the state."""
    iso = {state.code: state.iso3 for state in alliance().states}
    found = {}
    for code in codes:
        known = [name for name in (code, iso.get(code)) if name in chosen.values]
        if known:
            found[code] = known[0]
    return found
