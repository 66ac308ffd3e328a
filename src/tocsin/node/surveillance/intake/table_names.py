"""Which place and which disease a table means by a name: whole names that people have settled, nothing guessed.

A name that is not known is asked about, with the likeliest answers beside it; the answer is kept as an alias.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from typing import Generic, TypeVar

from tocsin.counts.places import same_name
from tocsin.counts.totals import NAMES as TOTALS
from tocsin.node.language.keys import search_key, words
from tocsin.node.language.pinyin import HAN
from tocsin.node.surveillance.diseases.matching import match_disease, normalised
from tocsin.node.surveillance.intake.alias_keys import key_of
from tocsin.node.surveillance.models import Disease, DiseaseAlias, Place, PlaceAlias, Source

__all__ = ["NOTHING", "DiseaseNames", "Path", "PlaceNames"]

NOTHING = "(empty)"  # how reading calls an empty cell of a key column
CANDIDATES, COMPARED = 5, 40
LEAST_ALIKE = 0.5
Path = tuple[str, ...]
K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class _Known:
    """A disease of this node in the form in which names are matched."""

    code: str
    name: tuple[str, ...]
    aliases: tuple[str, ...]
    icd10: str
    icd11: str


class DiseaseNames:
    """Names of diseases in the tables of one source."""

    def __init__(self, source: Source) -> None:
        self._aliases = dict(DiseaseAlias.objects.filter(source=source).values_list("key", "disease_id"))
        fields = ("code", "name_en", "name_ru", "name_zh", "synonyms", "icd10", "icd11")
        self._known = [
            _Known(code, (en, ru, zh), tuple(synonyms), icd10, icd11)
            for code, en, ru, zh, synonyms, icd10, icd11 in Disease.objects.values_list(*fields)
        ]
        self._likeness: _Likeness[str] | None = None

    def found(self, name: str) -> str | None:
        """The disease's code, or None where none or several are meant."""
        alias = self._aliases.get(key_of(name))
        if alias is not None:
            return alias
        match = match_disease(name, self._known)  # type: ignore[arg-type]
        return match.code if match else None

    def candidates(self, name: str) -> list[str]:
        """Codes of the diseases whose names are most like it, likeliest first."""
        self._likeness = self._likeness or _Likeness({one.code: [*one.name, *one.aliases] for one in self._known})
        return self._likeness.to(name)


class PlaceNames:
    """Names of places inside one place, by which the tables of a source call them."""

    def __init__(self, source: Source) -> None:
        self.root = source.place
        self._paths = dict(Place.objects.within(source.place).values_list("pk", "path"))
        self._aliases: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._names: dict[int, list[str]] = defaultdict(list)
        rows = PlaceAlias.objects.filter(place__path__startswith=source.place.path)
        for key, name, place, within in rows.values_list("key", "name", "place_id", "within__path"):
            self._aliases[key].append((place, within or ""))
            self._names[place].append(name)
        self._seen: dict[Path, tuple[int | None, Path]] = {}
        self._likeness: dict[int, _Likeness[int]] = {}

    def found(self, path: Path) -> tuple[int | None, Path]:
        """The place of a path of names, outermost first, or None; and the part of the path up to the unknown name.

        Empty names and those of totals are passed over: a row with a region and no district is the region's own.
        """
        if path not in self._seen:
            self._seen[path] = self._find(path)
        return self._seen[path]

    def _find(self, path: Path) -> tuple[int | None, Path]:
        here = self.root.pk
        for depth, name in enumerate(path, start=1):
            if name == NOTHING:
                continue
            inside = self._inside(here, name, anywhere=depth == 1)
            if inside is None and same_name(name) in TOTALS:
                continue
            if inside is None:
                return None, path[:depth]
            here = inside
        return here, path

    def _inside(self, here: int, name: str, *, anywhere: bool) -> int | None:
        """The one place of this name that is nearest below `here`, by an alias that holds there."""
        scope = self._paths[here]
        fitting = [
            (0 if within == scope else self._paths[place].count("/"), place)
            for place, within in self._aliases.get(key_of(name), ())
            if self._paths[place].startswith(scope)
            and (place != here or anywhere)
            and (scope.startswith(within) or within.startswith(scope))
        ]
        nearest = min((depth for depth, _ in fitting), default=0)
        places = {place for depth, place in fitting if depth == nearest}
        return places.pop() if len(places) == 1 else None

    def scope(self, path: Path) -> int:
        """The place inside which the last name of an unknown path is looked for."""
        return self.found(path[:-1])[0] or self.root.pk

    def candidates(self, path: Path) -> list[int]:
        """Keys of the places inside whose names are most like the last name of the path, likeliest first."""
        scope = self.scope(path)
        if scope not in self._likeness:
            inside = {place: names for place, names in self._names.items() if self._holds(scope, place)}
            self._likeness[scope] = _Likeness(inside)
        return self._likeness[scope].to(path[-1])

    def _holds(self, scope: int, place: int) -> bool:
        return place != scope and self._paths[place].startswith(self._paths[scope])


class _Likeness(Generic[K]):
    """Many names to compare one with: those that share most pairs of letters are compared in full."""

    def __init__(self, names: Mapping[K, Sequence[str]]) -> None:
        self._names = names
        self._having: dict[str, list[K]] = defaultdict(list)
        for key, known in names.items():
            for pair in {pair for name in known for pair in _pairs(name)}:
                self._having[pair].append(key)

    def to(self, name: str) -> list[K]:
        shared = Counter(key for pair in _pairs(name) for key in self._having.get(pair, ()))
        wanted = _forms(name)
        close = [key for key, _ in shared.most_common(COMPARED)]
        scored = [(max(_alike(wanted, _forms(known)) for known in self._names[key]), key) for key in close]
        return [key for _, key in nlargest(CANDIDATES, (one for one in scored if one[0] >= LEAST_ALIKE))]


def _pairs(name: str) -> set[str]:
    return {pair for form in _forms(name) for pair in (*map("".join, pairwise(form)), *HAN.findall(form))}


@lru_cache(maxsize=1 << 15)
def _forms(name: str) -> frozenset[str]:
    """A name written together, as it is and in Latin letters, so that Алматы and Almaty are alike."""
    spelled = [search_key(word).split() for word in words(name)]
    latin = "".join(next((form for form in forms if form.isascii()), forms[0]) for forms in spelled if forms)
    return frozenset(filter(None, ("".join(words(name)), latin, normalised(name))))


def _alike(wanted: frozenset[str], known: frozenset[str]) -> float:
    """1 for the same name, more than 0.8 where one holds the other, otherwise by the letters in common."""
    return max((_ratio(a, b) for a in wanted for b in known), default=0.0)


def _ratio(a: str, b: str) -> float:
    if a == b:
        return 1.0
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) > (1 if HAN.match(shorter) else 3) and shorter in longer:
        return 0.8 + 0.2 * len(shorter) / len(longer)
    match = SequenceMatcher(None, a, b, autojunk=False)
    return match.ratio() if match.real_quick_ratio() >= LEAST_ALIKE and match.quick_ratio() >= LEAST_ALIKE else 0.0
