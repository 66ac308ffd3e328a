"""The draft of a plan of joint actions, in every language at once: its title, its text, the measures chosen."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.council.pages.plan_suggestions import About, Suggestion, Words, in_active
from tocsin.node.language.each import in_each_language

__all__ = ["draft_of"]

PARTS = ("spread", "assistance", "yearly")


def draft_of(
    about: About, chosen: Iterable[Suggestion], *, verifier: str, official: Iterable[str], day: date
) -> dict[str, Any]:
    """Members of what `propose` will say: title, text, measures, what it is for."""
    taken, known = list(chosen), tuple(official)
    parts = [part for part in PARTS if any(one.part == part for one in taken)] or ["joint"]
    texts = [("p1", "title", _title(about)), ("p2", "preamble", _preamble(about))]
    texts += [(f"p{at}", "operative", _operative(part)) for at, part in enumerate(parts, start=3)]
    places = {part: f"p{at}" for at, part in enumerate(parts, start=3)}
    return {
        "title": _title(about), "year": about.year, "event": about.key.as_json() if about.key else None,
        "text": {"paragraphs": [_paragraph(id, kind, words, known) for id, kind, words in texts]},
        "measures": [
            _measure(f"m{at}", one, about, places[one.part], verifier, day) for at, one in enumerate(taken, start=1)
        ],
    }  # fmt: skip


def _title(about: About) -> Words:
    def say() -> str:
        if about.key is None:
            return _("Plan of joint actions against threats of epidemics, %(year)s") % {"year": about.year}
        return _("Plan of joint actions: %(event)s") % {"event": in_active(about.name)}

    return in_each_language(say)


def _preamble(about: About) -> Words:
    def say() -> str:
        if about.key is None:
            return _("The states have agreed to do the following together in %(year)s.") % {"year": about.year}
        said = _("In view of the event “%(event)s”, the states have agreed to do the following together.")
        return said % {"event": in_active(about.name)}

    return in_each_language(say)


def _operative(part: str) -> Words:
    said = {
        "spread": lambda: _("Against the spread, the measures named below are carried out and reported on."),
        "assistance": lambda: _("Help is asked for, offered and sent as named below."),
        "yearly": lambda: _("The measures named below are carried out by their days, and reported on."),
        "joint": lambda: _("[Joint actions are to be named.]"),
    }
    return in_each_language(said[part])


def _paragraph(id: str, kind: str, words: Words, official: tuple[str, ...]) -> dict[str, Any]:
    texts = {
        language: {"text": said, "rev": 1, "standing": "authentic" if language in official else "human_checked"}
        for language, said in words.items()
    }
    return {"id": id, "kind": kind, "rev": 1, "texts": texts}


def _measure(id: str, one: Suggestion, about: About, paragraph: str, verifier: str, day: date) -> dict[str, Any]:
    links = []
    if one.link == "event" and about.key:
        links.append({"kind": "event", "origin": about.key.origin, "id": about.key.id, "text": in_active(about.name)})
    elif one.link == "training":
        links.append({"kind": "training", "origin": None, "id": None, "text": one.here})
    return {
        "id": id, "title": dict(one.title), "state": about.state, "evidence": "", "verifier": verifier,
        "deadline": (day + timedelta(days=one.days)).isoformat(), "paragraph": paragraph, "links": links,
    }  # fmt: skip
