"""What the overview of an event shows: what is known, what was counted, where the signals are, the timeline."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.facts import CODED_LISTS, TEXTS, with_defaults
from tocsin.node.events.forms.facts import PARTS
from tocsin.node.events.instruments.end_of_outbreak import Countdown
from tocsin.node.events.models import CountsReport, Event, EventLink, EventThread
from tocsin.node.events.pages.log import Heard, Said, piece
from tocsin.node.events.serials import serial
from tocsin.node.events.standing import countdown_of
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import listing, long_date

__all__ = ["Overview", "known_facts", "overview"]

NEWS = 8  # lines of the log that the overview shows


@dataclass(frozen=True, slots=True)
class Overview:
    texts: list[tuple[str, str, str]]  # label, text, language
    known: list[tuple[str, str, list[tuple[str, str]]]]  # a part of the facts: its name, its heading, label and value
    counts: list[CountsReport]
    threads: list[EventThread]
    places: list[Any]
    links: list[tuple[EventLink, str]]
    countdown: Countdown | None
    said: list[Said | Heard]
    may_see_signals: bool


def overview(event: Event, person: Person) -> Overview:
    said, _more = piece(event, person, most=NEWS)
    threads = event.threads.select_related("thread__disease", "thread__place", "thread__headline_place")
    return Overview(
        texts=[
            (str(label), event.texts[name], event.language) for name, label in TEXTS.items() if event.texts.get(name)
        ],
        known=known_facts(event),
        counts=list(event.counts.select_related("by")[:10]),
        threads=list(threads),
        places=[event.place, *(row.place for row in event.places.select_related("place"))],
        links=[(link, _linked(link)) for link in event.links.select_related("other__disease", "other__place")],
        countdown=countdown_of(event),
        said=said,
        may_see_signals=person.may(Ability.READ_SURVEILLANCE),
    )


def _linked(link: EventLink) -> str:
    return serial(link.other) if link.other is not None else f"{link.origin}"


def known_facts(event: Event) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The coded facts in words, by part; of what nobody has said anything there is no row."""
    facts = with_defaults(event.facts)
    parts = {
        "spread": [*_agent(event, facts), *_lists(facts, "transmission", "conditions", "detected_by"), *_border(facts)],
        "laboratory": _laboratory(facts["laboratory"]),
        "measures": _measures(facts["measures"]),
        "needs": [*_lists(facts, "difficulties", "shortages", "support"), *_who(facts["who"])],
    }
    return [(name, str(PARTS[name].heading), rows) for name, rows in parts.items()]


def _lists(facts: dict[str, Any], *names: str) -> list[tuple[str, str]]:
    labels = {
        "transmission": _("Means of transmission"),
        "conditions": _("Conditions that affect the spread"),
        "detected_by": _("How it was detected"),
        "difficulties": _("Difficulties"),
        "shortages": _("Shortages of countermeasures"),
        "support": _("Support needed from partners"),
    }
    return [
        (labels[name], listing(word(CODED_LISTS[name], code) for code in facts[name])) for name in names if facts[name]
    ]


def _agent(event: Event, facts: dict[str, Any]) -> list[tuple[str, str]]:
    agent, definition = facts["agent"], facts["case_definition"]
    rows = [(_("Kind of hazard"), word("hazard", event.hazard))]
    if agent["kind"] != "unknown" or agent["designation"]:
        said = " ".join(filter(None, (word("agent_kind", agent["kind"]), agent["designation"])))
        sure = _("confirmed by a laboratory") if agent["confirmed"] else _("not confirmed")
        rows.append((_("Agent"), _("%(agent)s (%(sure)s)") % {"agent": said, "sure": sure}))
    if agent["origin"] != "unknown":
        rows.append((_("Where it comes from"), word("agent_origin", agent["origin"])))
    if definition["standard"] != "none":
        said = word("definition_standard", definition["standard"])
        rows.append((_("Case definition"), " · ".join(filter(None, (said, definition["version"])))))
    return rows


def _border(facts: dict[str, Any]) -> list[tuple[str, str]]:
    names = {state.pk: str(state) for state in State.objects.all()}
    rows = []
    for member, label in (
        ("affected_states", _("States that have cases of it")),
        ("travel_links", _("States that cases travelled to or from")),
    ):
        if codes := facts["cross_border"][member]:
            rows.append((label, listing(names.get(code, code) for code in codes)))
    if facts["point_of_entry"]:
        rows.append((_("Point of entry"), _("concerned")))
    return rows


def _laboratory(said: dict[str, Any]) -> list[tuple[str, str]]:
    if said["status"] == "none" and said["tested"] is None:
        return []
    rows = [(_("What the laboratory says"), word("laboratory_status", said["status"]))]
    for name, label in (("tested", _("People tested")), ("positive", _("of them positive"))):
        if said[name] is not None:
            rows.append((label, str(said[name])))
    if said["methods"]:
        rows.append((_("Methods"), listing(word("laboratory_method", code) for code in said["methods"])))
    return rows


def _measures(measures: list[dict[str, Any]]) -> list[tuple[str, str]]:
    rows = []
    for one in measures:
        since = parse_date(one["since"]) if one["since"] else None
        more = [word("measure_status", one["status"]), word("sector", one["sector"])]
        if since:
            more.append(_("since %(day)s") % {"day": long_date(since)})
        rows.append((word("measure", one["measure"]), " · ".join(more)))
    return rows


def _who(said: dict[str, Any]) -> list[tuple[str, str]]:
    if said["notified"] == "unknown":
        return []
    return [(_("WHO notified"), " · ".join(filter(None, (word("answer", said["notified"]), said["on"]))))]
