"""Read the diseases and their rules from their files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tocsin.node.alliances.entries import DataFileError, Entry, Names, open_data_file
from tocsin.node.surveillance.diseases.matching import names_of, normalised

__all__ = ["DataFileError", "DiseaseEntry", "Names", "RuleEntry", "read_diseases"]

FOLDER = Path(__file__).parent
GROUPS = (
    "especially_dangerous",
    "respiratory",
    "intestinal",
    "vaccine_preventable",
    "vector_borne",
    "zoonotic",
    "blood_borne_and_sexual",
    "parasitic",
    "syndrome",
    "other",
)
ANNEX2 = ("always", "through instrument")
PLACE_KINDS = ("country", "region", "district")
LEVELS = ("alert", "epidemic")
# What a rule of each kind must say, and what it may say besides.
PARAMETERS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "case": (frozenset(), frozenset()),
    "count": (frozenset({"cases", "days"}), frozenset({"min_population", "below_population"})),
    "rate": (frozenset({"per_100000", "days"}), frozenset({"min_population", "below_population", "least_cases"})),
    "doubling": (frozenset({"steps", "days"}), frozenset({"min_population", "below_population"})),
}
LEAST = {"steps": 2}  # one span alone does not double; all other figures are at least 1


@dataclass(frozen=True)
class RuleEntry:
    """A fixed rule: when counts of a disease speak for themselves, whatever is usual.

    kind        case      every case
                count     at least `cases` within `days`
                rate      at least `per_100000` people within `days`, and at least `least_cases`
                doubling  cases of each of `steps` spans of `days` at least twice those of the span before
    parameters  the figures above; `min_population` (from this on) and `below_population` say in which places
    places      kinds of place it is about: country, region, district
    level       alert (find out) or epidemic (act)
    text        the rule in one sentence
    source      where it is published, in the publication's own words; "Tocsin": the project's own default
    note        what else is to be known of it, such as what the source does not say; or None
    """

    code: str
    disease: str
    kind: str
    parameters: Mapping[str, int | float]
    places: tuple[str, ...]
    level: str
    text: Names
    source: str
    note: Names | None = None


@dataclass(frozen=True)
class DiseaseEntry:
    """A disease that states notify.

    icd10    codes with commas between, ranges with a hyphen ("A01.1, B50-B54"); "" where no code means just this
    icd11    codes of the linearisation for mortality and morbidity statistics, likewise
    gravity  4 gravest (one case is an emergency), 3 grave, 2 other notifiable, 1 common
    annex2   its place in annex 2 of the International Health Regulations: "always" notified to WHO,
             "through instrument" (the four questions decide), or None where annex 2 does not name it
    aliases  other names in any of the three languages, by which tables may call it
    serial_interval
             name of the published one in epi.delays by which its reproduction number is estimated; None where it does
             not pass from person to person, or none is published there
    onset_to_death
             name of the published delay from onset to death, likewise, by which its fatality allows for those who are
             still ill; None where none is published there
    """

    code: str
    icd10: str
    icd11: str
    name: Names
    group: str
    gravity: int
    annex2: str | None
    aliases: tuple[str, ...]
    rules: tuple[RuleEntry, ...]
    serial_interval: str | None = None
    onset_to_death: str | None = None


def read_diseases(path: str | Path | None = None) -> tuple[DiseaseEntry, ...]:
    """The diseases of a file, gravest first as the file has them, each with its rules.

    path  None for the files that come with Tocsin (diseases.toml and rules.toml beside it); a file of one's own
          is one file with the lists `diseases` and `rules`
    Raises DataFileError: which file, which entry, which rule.
    """
    if path is not None:
        file = open_data_file(Path(path))
        file.only({"diseases", "rules"})
        return _joined(file, file)
    diseases, rules = (open_data_file(FOLDER / name) for name in ("diseases.toml", "rules.toml"))
    diseases.only({"diseases"})
    rules.only({"rules"})
    return _joined(diseases, rules)


def _joined(diseases: Entry, rules: Entry) -> tuple[DiseaseEntry, ...]:
    rules_of: dict[str, list[RuleEntry]] = {}
    seen: set[str] = set()
    for entry in rules.entries("rules", "rule"):
        rule = _rule(entry)
        if rule.code in seen:
            raise entry.error("code is given twice; each rule has its own")
        seen.add(rule.code)
        rules_of.setdefault(rule.disease, []).append(rule)
    found = tuple(_disease(entry, rules_of) for entry in diseases.entries("diseases", "disease"))
    _check_unambiguous(diseases, found)
    if unknown := sorted(set(rules_of) - {disease.code for disease in found}):
        raise rules.error(f"rules are about {', '.join(unknown)}, which {diseases.file} does not list")
    return found


def _disease(entry: Entry, rules_of: Mapping[str, list[RuleEntry]]) -> DiseaseEntry:
    entry.only(set(DiseaseEntry.__dataclass_fields__) - {"rules"})
    gravity = entry.whole("gravity", least=1)
    if gravity > 4:
        raise entry.error(f"gravity is {gravity}; it must be 1 (common) to 4 (gravest)")
    code = _slug(entry)
    rules = tuple(rules_of.get(code, ()))
    if gravity == 4 and not any(rule.kind == "case" for rule in rules):
        raise entry.error("gravity is 4, where every case is a signal; give it a rule of kind case")
    return DiseaseEntry(
        code=code,
        icd10=_icd(entry, "icd10", r"[A-Z]\d\d(\.\d{1,2})?(-[A-Z]\d\d)?(, ?[A-Z]\d\d(\.\d{1,2})?(-[A-Z]\d\d)?)*"),
        icd11=_icd(entry, "icd11", r"[0-9A-Z]{4}(\.[0-9A-Z]{1,2})?(, ?[0-9A-Z]{4}(\.[0-9A-Z]{1,2})?)*"),
        name=entry.names("name"),
        group=entry.choice("group", GROUPS),
        gravity=gravity,
        annex2=entry.choice("annex2", ANNEX2) if "annex2" in entry.values else None,
        aliases=entry.texts("aliases"),
        rules=rules,
        serial_interval=entry.optional_text("serial_interval"),
        onset_to_death=entry.optional_text("onset_to_death"),
    )


def _rule(entry: Entry) -> RuleEntry:
    entry.only(RuleEntry.__dataclass_fields__)
    places = entry.texts("places")
    if not places or not set(places) <= set(PLACE_KINDS):
        raise entry.error(f"places is {list(places)}; it must be at least one of {', '.join(PLACE_KINDS)}")
    kind = entry.choice("kind", PARAMETERS)
    return RuleEntry(
        code=_slug(entry),
        disease=entry.text("disease"),
        kind=kind,
        parameters=_parameters(entry, kind),
        places=places,
        level=entry.choice("level", LEVELS),
        text=entry.names("text"),
        source=entry.text("source"),
        note=entry.names("note") if "note" in entry.values else None,
    )


def _parameters(entry: Entry, kind: str) -> Mapping[str, int | float]:
    given = entry.values.get("parameters", {})
    if not isinstance(given, dict):
        raise entry.error(f"parameters is {given!r}; it must be a table")
    needed, allowed = PARAMETERS[kind]
    inner = Entry(entry.file, f"{entry.label}, parameters", given)
    inner.only(needed | allowed)
    if missing := sorted(needed - set(given)):
        raise inner.error(f"{', '.join(missing)} is missing; a rule of kind {kind} needs {', '.join(sorted(needed))}")
    read = {name: inner.whole(name, least=LEAST.get(name, 1)) for name in given if name != "per_100000"}
    if "per_100000" in given:
        read["per_100000"] = inner.number("per_100000", above=0)
    return MappingProxyType(read)


def _check_unambiguous(file: Entry, diseases: tuple[DiseaseEntry, ...]) -> None:
    first: dict[str, DiseaseEntry] = {}
    for disease in diseases:
        entry = Entry(file.file, f"disease {disease.code}", {})
        if [d.code for d in diseases].count(disease.code) > 1:
            raise entry.error("code is given twice; each disease has its own")
        for name in names_of(disease):
            if (other := first.setdefault(normalised(name), disease)) is not disease:
                raise entry.error(f"it is called {name!r}, and so is {other.code}; a name may mean one disease only")


def _slug(entry: Entry) -> str:
    code = entry.text("code")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code):
        raise entry.error(f"code is {code!r}; it must be small letters and digits with hyphens between")
    return code


def _icd(entry: Entry, field: str, pattern: str) -> str:
    if field not in entry.values:
        return ""
    value = entry.text(field)
    if not re.fullmatch(pattern, value):
        raise entry.error(f"{field} is {value!r}; it must be codes such as A20 or A20.2, with commas between")
    return value
