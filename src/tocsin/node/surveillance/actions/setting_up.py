"""From the data files to the tables of diseases, rules and places."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliances.reading import PlaceEntry, StateEntry
from tocsin.node.language.keys import search_key, sort_key
from tocsin.node.surveillance.diseases.reading import DiseaseEntry, RuleEntry, read_diseases
from tocsin.node.surveillance.intake.alias_keys import key_of
from tocsin.node.surveillance.models import Disease, DiseaseRule, Place, PlaceAlias

__all__ = ["add_place", "load_diseases", "load_places", "sort_keys"]

LANGUAGES = {"sort_en": "en", "sort_ru": "ru", "sort_zh": "zh-hans"}


def sort_keys(name_en: str, name_ru: str, name_zh: str) -> dict[str, str]:
    """Stored keys by which names sort in each language; English stands in for a missing name."""
    names = {"en": name_en, "ru": name_ru or name_en, "zh-hans": name_zh or name_en}
    return {field: sort_key(names[language], language)[:250] for field, language in LANGUAGES.items()}


@transaction.atomic
def load_diseases(entries: Iterable[DiseaseEntry] | None = None, *, by: Person | None) -> int:
    """Make diseases and rules what the data file says; what a state added, or switched off, stays as it is."""
    entries = tuple(read_diseases() if entries is None else entries)
    diseases = [_disease(entry) for entry in entries]
    changing = [field.name for field in Disease._meta.concrete_fields if field.name != "code"]
    Disease.objects.bulk_create(diseases, update_conflicts=True, unique_fields=["code"], update_fields=changing)
    rules = [_rule(rule) for entry in entries for rule in entry.rules]
    changing = [f.name for f in DiseaseRule._meta.concrete_fields if f.name not in {"code", "is_on"}]
    DiseaseRule.objects.bulk_create(rules, update_conflicts=True, unique_fields=["code"], update_fields=changing)
    audit.record("diseases.loaded", by=by, diseases=len(diseases), rules=len(rules))
    return len(diseases)


def _disease(entry: DiseaseEntry) -> Disease:
    return Disease(
        code=entry.code,
        name_en=entry.name.en,
        name_ru=entry.name.ru,
        name_zh=entry.name.zh,
        icd10=entry.icd10,
        icd11=entry.icd11,
        gravity=entry.gravity,
        annex2=entry.annex2 or "",
        synonyms=list(entry.aliases),
        search_key=search_key(*entry.name, *entry.aliases, entry.icd10, entry.icd11),
        **sort_keys(entry.name.en, entry.name.ru, entry.name.zh),
    )


def _rule(entry: RuleEntry) -> DiseaseRule:
    return DiseaseRule(
        code=entry.code,
        disease_id=entry.disease,
        kind=entry.kind,
        parameters=dict(entry.parameters),
        places=list(entry.places),
        level=entry.level,
        text_en=entry.text.en,
        text_ru=entry.text.ru,
        text_zh=entry.text.zh,
        source=entry.source,
        source_note=asdict(entry.note) if entry.note else {},
    )


@transaction.atomic
def add_place(
    *,
    code: str,
    kind: str,
    parent: Place | None,
    names: tuple[str, str, str],
    state: State | None = None,
    aliases: Iterable[str] = (),
    population: int | None = None,
    tile: tuple[int, int] | None = None,
) -> Place:
    """A place and the names under which tables will know it. `names` are in English, Russian and Chinese."""
    name_en, name_ru, name_zh = names
    place = Place(
        code=code,
        kind=kind,
        parent=parent,
        state=state,
        name_en=name_en,
        name_ru=name_ru,
        name_zh=name_zh,
        population=population,
        tile_row=tile[0] if tile else None,
        tile_column=tile[1] if tile else None,
        path=f"new:{code}",
        depth=parent.depth + 1 if parent else 0,
        search_key=search_key(*filter(None, names), *aliases),
        **sort_keys(*names),
    )
    place.save(force_insert=True)
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    known = {key_of(name): name for name in (*filter(None, names), *aliases, code)}
    PlaceAlias.objects.bulk_create(
        [PlaceAlias(place=place, within=parent, name=name, key=key) for key, name in known.items() if key],
        ignore_conflicts=True,
    )
    return place


def load_places(entry: StateEntry, *, by: Person | None) -> Place:
    """The state itself as a place, and below it the places of its file; those already there stay as they are."""
    sort_keys("", "", "省")  # loads tables of sounds for a second or more: not while everybody else waits to write
    return _load_places(entry, by=by)


@transaction.atomic
def _load_places(entry: StateEntry, *, by: Person | None) -> Place:
    state = State.objects.get(code=entry.code)
    root = Place.objects.filter(code=entry.code).first() or add_place(
        code=entry.code, kind=Place.Kind.COUNTRY, parent=None, names=tuple(entry.short), state=state,
        aliases=tuple(entry.name), population=entry.population, tile=entry.tile,
    )  # fmt: skip
    there = {place.code: place for place in Place.objects.within(root)}
    added = 0
    for place in entry.places:
        if place.code not in there:
            there[place.code] = _add(place, there.get(place.parent or "", root), state)
            added += 1
    for place in entry.places:
        there[place.code].neighbours.add(*(there[code] for code in place.neighbours if code in there))
    audit.record("places.loaded", root, by=by, added=added)
    return root


def _add(entry: PlaceEntry, parent: Place, state: State) -> Place:
    return add_place(
        code=entry.code, kind=entry.kind, parent=parent, names=tuple(entry.name), state=state,
        aliases=entry.aliases, population=entry.population, tile=entry.tile,
    )  # fmt: skip
