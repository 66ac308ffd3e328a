"""Adding places, changing their names and numbers, and importing a list of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.keys import search_key
from tocsin.node.surveillance.actions.setting_up import add_place as set_up_place
from tocsin.node.surveillance.actions.setting_up import sort_keys
from tocsin.node.surveillance.intake.alias_keys import key_of, tidy_name
from tocsin.node.surveillance.models import Place, PlaceAlias

__all__ = ["NameTaken", "PlaceRow", "add_alias", "add_place", "change_place", "import_places", "remove_alias"]


class NameTaken(ValueError):
    """Tables mean another place by this name already; it is in `place`."""

    def __init__(self, name: str, place: Place) -> None:
        super().__init__(f"{name} means {place.code} already")
        self.name, self.place = name, place


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line of a list of places, checked. `parent` is a code, of the list or of the database."""

    code: str
    kind: str
    parent: str
    names: tuple[str, str, str]
    population: int | None = None
    tile: tuple[int, int] | None = None
    aliases: tuple[str, ...] = field(default=())


@transaction.atomic
def add_place(
    *,
    code: str,
    kind: str,
    parent: Place | None,
    names: tuple[str, str, str],
    population: int | None = None,
    tile: tuple[int, int] | None = None,
    neighbours: Iterable[Place] = (),
    by: Person | None,
) -> Place:
    """A place inside another, of the same state."""
    check(by, Ability.MANAGE_SOURCES)
    place = set_up_place(
        code=code, kind=kind, parent=parent, names=names, state=parent.state if parent else None,
        population=population, tile=tile,
    )  # fmt: skip
    place.neighbours.set(neighbours)
    audit.record("place.added", place, by=by, inside=parent.code if parent else "")
    return place


@transaction.atomic
def change_place(
    place: Place, fields: Mapping[str, Any], *, neighbours: Iterable[Place] | None = None, by: Person | None
) -> list[str]:
    """Other names, population or tile. Old names stay aliases: tables go on using them. Returns what changed.

    Its code, kind and parent stay: counts of years hang on them.
    """
    check(by, Ability.MANAGE_SOURCES)
    now = Place.objects.select_for_update(of=("self",)).select_related("parent").get(pk=place.pk)
    before = {name: getattr(now, name) for name, value in fields.items() if getattr(now, name) != value}
    for name in before:
        setattr(now, name, fields[name])
    changed = list(before)
    if before:
        _rekeyed(now)
        now.save()
        _name(now, (now.name_en, now.name_ru, now.name_zh))
    if neighbours is not None and set(neighbours) != set(now.neighbours.all()):
        now.neighbours.set(neighbours)
        changed.append("neighbours")
    if changed:
        audit.record("place.changed", now, by=by, **{name: f"{old} → {fields[name]}" for name, old in before.items()})
    return changed


def _rekeyed(place: Place) -> None:
    names = (place.name_en, place.name_ru, place.name_zh)
    known = place.aliases.values_list("name", flat=True) if place.pk else ()
    place.search_key = search_key(*filter(None, names), *known, place.code)
    for field_name, key in sort_keys(*names).items():
        setattr(place, field_name, key)


def _name(place: Place, names: Iterable[str]) -> None:
    """The place's own names, as far as they are not taken by another beside it."""
    rows = [
        PlaceAlias(place=place, within=place.parent, name=tidy_name(name), key=key_of(name))
        for name in dict.fromkeys(filter(None, names))
        if key_of(name)
    ]
    PlaceAlias.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def add_alias(place: Place, name: str, *, by: Person | None) -> PlaceAlias:
    """Another name under which tables know the place, inside its parent. Raises NameTaken."""
    check(by, Ability.MANAGE_SOURCES)
    taken = PlaceAlias.objects.select_related("place").filter(within=place.parent, key=key_of(name)).first()
    if taken is not None:
        if taken.place_id == place.pk:
            return taken
        raise NameTaken(name, taken.place)
    made = PlaceAlias.objects.create(place=place, within=place.parent, name=tidy_name(name), key=key_of(name))
    _rekeyed(place)
    place.save(update_fields=["search_key"])
    audit.record("place.alias_added", place, by=by, name=made.name)
    return made


@transaction.atomic
def remove_alias(alias: PlaceAlias, *, by: Person | None) -> None:
    check(by, Ability.MANAGE_SOURCES)
    place = alias.place
    audit.record("place.alias_removed", place, by=by, name=alias.name)
    alias.delete()
    _rekeyed(place)
    place.save(update_fields=["search_key"])


@transaction.atomic
def import_places(rows: Sequence[PlaceRow], *, by: Person | None) -> tuple[int, int]:
    """All of a list or nothing: places it does not know are added, others get its names and numbers.

    rows     checked, a parent before what lies inside it or already in the database
    returns  (added, changed)
    """
    check(by, Ability.MANAGE_SOURCES)
    known = {place.code: place for place in Place.objects.select_for_update(of=("self",)).select_related("parent")}
    added = changed = 0
    for row in rows:
        place = known.get(row.code)
        if place is None:
            parent = known[row.parent] if row.parent else None
            known[row.code] = set_up_place(
                code=row.code, kind=row.kind, parent=parent, names=row.names, state=parent.state if parent else None,
                aliases=row.aliases, population=row.population, tile=row.tile,
            )  # fmt: skip
            added += 1
        else:
            changed += _from_list(place, row)
    audit.record("places.imported", by=by, added=added, changed=changed)
    return added, changed


def _from_list(place: Place, row: PlaceRow) -> bool:
    fields: dict[str, Any] = dict(zip(("name_en", "name_ru", "name_zh"), row.names, strict=True))
    if row.population is not None:
        fields["population"] = row.population
    if row.tile is not None:
        fields |= {"tile_row": row.tile[0], "tile_column": row.tile[1]}
    changed = any(getattr(place, name) != value for name, value in fields.items())
    for name, value in fields.items():
        setattr(place, name, value)
    _name(place, (*row.names, *row.aliases))
    if changed or row.aliases:
        _rekeyed(place)
        place.save()
    return changed
