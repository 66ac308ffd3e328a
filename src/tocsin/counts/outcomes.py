"""What became of a patient, by the words that lists use in English, Russian and Chinese."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum

from tocsin.counts.errors import InvalidReading
from tocsin.counts.notes import listed

__all__ = ["UNDERSTOOD", "Outcome", "outcomes_of"]


class Outcome(StrEnum):
    """What a word says. `SEVERE` and `MILD` are of the illness, the others of its end."""

    DIED = "died"
    RECOVERED = "recovered"
    NEITHER = "neither"
    SEVERE = "severe"
    MILD = "mild"


WORDS: Mapping[Outcome, str] = {
    Outcome.DIED: "died,dead,death,deaths,deceased,fatal,fatality,exitus,"
    "умер,умерла,умершие,умерший,умершая,смерть,летальный,летальный исход,летальный_исход,скончался,скончалась,погиб,"
    "погибла,死亡,死,病死,去世,病亡",
    Outcome.RECOVERED: "recovered,recover,recovery,recoveries,discharged,discharge,cured,survived,survivor,healed,"
    "released,выздоровел,выздоровела,выздоровление,выздоровевшие,выписан,выписана,выписка,излечен,поправился,"
    "поправилась,治愈,康复,痊愈,出院,治愈出院,好转出院,恢复",
    Outcome.NEITHER: "alive,ill,sick,still ill,hospitalised,hospitalized,in hospital,admitted,ongoing,active,"
    "in treatment,under treatment,unknown,lost,lost to follow-up,transferred,na,n/a,none,null,?,-,nan,"
    "жив,жива,болен,больна,болеет,лечится,на лечении,в больнице,в стационаре,госпитализирован,госпитализирована,"
    "неизвестно,нет данных,переведен,переведена,"
    "存活,在治,住院,在院,治疗中,患病,不详,未知,失访,转院",
    Outcome.SEVERE: "severe,critical,serious,severe illness,severe case,icu,severe dengue,severe_dengue,"
    "тяжелый,тяжелая,тяжелое,тяжелые,тяжелое течение,критический,критическое,крайне тяжелое,реанимация,"
    "重症,重型,危重,危重型,危重症,重型及危重型",
    Outcome.MILD: "mild,moderate,asymptomatic,no_warning_signs,warning_signs,no warning signs,warning signs,not severe,"
    "non-severe,nonsevere,non_severe,without warning signs,with warning signs,"
    "легкий,легкая,легкое,легкие,средней тяжести,средняя,среднетяжелое,умеренный,бессимптомный,бессимптомное,"
    "нетяжелый,нетяжелое,轻症,轻型,普通型,中型,中等,无症状,非重症,轻度",
}


def _plain(word: str) -> str:
    """Without case, accents and spaces around: тяжёлый is тяжелый."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).strip().casefold())
    return unicodedata.normalize("NFC", "".join(c for c in bare if not unicodedata.combining(c) or c == "\u0306"))


UNDERSTOOD: Mapping[str, Outcome] = {_plain(word): kind for kind, text in WORDS.items() for word in text.split(",")}
EXAMPLES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.DIED: ("died", "dead", "death", "умер", "умерла", "смерть", "死亡"),
    Outcome.RECOVERED: ("recovered", "discharged", "cured", "выздоровел", "выписан", "治愈", "出院"),
    Outcome.NEITHER: ("alive", "ill", "in hospital", "жив", "лечится", "在治", "住院"),
    Outcome.SEVERE: ("severe", "critical", "тяжёлый", "критический", "重症", "危重"),
    Outcome.MILD: ("mild", "moderate", "лёгкий", "средней тяжести", "轻症", "普通型"),
}


def outcomes_of(column: str, texts: Iterable[str], said: Mapping[str, str]) -> dict[str, Outcome]:
    """Each text with what it says; an empty one says nothing yet.

    said    words of the caller's own, such as {"Alive": "recovered"}, which go before ours
    raises  InvalidReading, which lists what is understood
    """
    own: dict[str, Outcome] = {}
    for word, kind in said.items():
        if kind not in list(Outcome):
            raise InvalidReading(f"'{word}' is said to be '{kind}'; it is one of {', '.join(Outcome)}")
        own[_plain(word)] = Outcome(kind)
    found, strange = {}, []
    for text in texts:
        word = _plain(text)
        kind_of = own.get(word) or (Outcome.NEITHER if not word else UNDERSTOOD.get(word))
        if kind_of is None:
            strange.append(text)
        else:
            found[text] = kind_of
    if strange:
        known = "; ".join(f"{kind}: {', '.join(words)}" for kind, words in EXAMPLES.items())
        raise InvalidReading(
            f"column '{column}' holds {listed(sorted(strange))}, of which it is not known what became of the patient. "
            f"Understood are, among others, {known}. Say what it means, as in word='{strange[0]}=recovered'"
        )
    return found
