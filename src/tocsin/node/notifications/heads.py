"""One row a notified event, kept up from the documents that stand: the same whatever order they came in.

The highest version that is not void gives the status: by version, then by when its origin recorded it, then by its
identifier. An earlier version that comes late changes nothing but how many are missing; one that comes without its
predecessor counts at once. What was withdrawn stays withdrawn unless a later version says otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date

from tocsin.node.alliance.alliance_file import here
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.models import Event
from tocsin.node.language.keys import search_key
from tocsin.node.notifications.models import Notification, NotifiedEvent, Relevance, VerificationRequest
from tocsin.node.surveillance.models import Disease

__all__ = ["heads_of", "settle"]

RISKS = ("low", "moderate", "high", "very_high")
CASES = ("suspected", "probable", "confirmed")
SETTLED = (
    "event", "latest", "shown", "status", "version", "missing", "classification", "no_onward_sharing", "is_exercise",
    "serial", "hazard", "disease_code", "disease", "places", "verification", "response", "risk", "as_of", "cases",
    "deaths", "verdict", "verdicts", "open_questions", "acknowledged_at", "notified_at", "changed_at", "search_key",
)  # fmt: skip


def heads_of(keys: Iterable[tuple[str, str]], *, is_exercise: bool) -> dict[tuple[str, str], NotifiedEvent]:
    """The rows of these (origin, event), made where there are none."""
    wanted = {(origin, str(UUID(str(event)))) for origin, event in keys}
    found = _found(wanted)
    if missing := sorted(wanted - set(found)):
        own = here().code
        ours = Event.objects.in_bulk([event for origin, event in missing if origin == own])
        NotifiedEvent.objects.bulk_create(
            [
                NotifiedEvent(
                    origin=origin, origin_event=event, is_ours=origin == own, is_exercise=is_exercise,
                    event=ours.get(UUID(event)) if origin == own else None,
                )
                for origin, event in missing
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        found = _found(wanted)
    return found


def _found(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], NotifiedEvent]:
    rows = NotifiedEvent.objects.filter(origin_event__in={event for _, event in wanted})
    return {key: row for row in rows if (key := (row.origin, str(row.origin_event))) in wanted}


def settle(keys: Iterable[UUID], *, is_news: bool = True) -> list[NotifiedEvent]:
    """Bring rows up to date with what stands. A constant number of queries, however many they are.

    is_news  whether something was said that lists should show first
    """
    heads = list(NotifiedEvent.objects.filter(pk__in=set(keys)).select_for_update(of=("self",)).order_by("pk"))
    if not heads:
        return []
    _join_in_advance(heads)
    known = _Known(heads)
    now = timezone.now()
    for head in heads:
        known.write(head)
        if is_news:
            head.changed_at = now
    NotifiedEvent.objects.bulk_create(heads, update_conflicts=True, unique_fields=["id"], update_fields=SETTLED)
    return heads


def _join_in_advance(heads: list[NotifiedEvent]) -> None:
    """What came before the notification that it is about."""
    by_key = {(head.origin, head.origin_event): head for head in heads}
    events = [head.origin_event for head in heads]
    verdicts = list(Relevance.objects.filter(of=None, origin_event__in=events))
    for one in verdicts:
        one.of = by_key.get((one.notified_by, one.origin_event))
    Relevance.objects.bulk_update([one for one in verdicts if one.of], ["of"], batch_size=500)
    asked = list(VerificationRequest.objects.filter(about=None, origin_event__in=events).exclude(about_origin=""))
    for request in asked:
        request.about = by_key.get((request.about_origin, request.origin_event))
    VerificationRequest.objects.bulk_update([one for one in asked if one.about], ["about"], batch_size=500)


class _Known:
    """All that is asked for many rows, asked once."""

    def __init__(self, heads: list[NotifiedEvent]) -> None:
        keys = [head.pk for head in heads]
        self.versions: dict[UUID, list[Notification]] = defaultdict(list)
        for version in Notification.objects.filter(of__in=keys).standing().in_order().defer("body"):
            self.versions[version.of_id].append(version)
        shown = [one.pk for each in self.versions.values() if (one := _last_with_words(each)) is not None]
        self.bodies = dict(Notification.objects.filter(pk__in=shown).values_list("pk", "body"))
        self.diseases = Disease.objects.in_bulk({body["disease"] for body in self.bodies.values() if body["disease"]})
        self.questions: dict[UUID, int] = defaultdict(int)
        for about in VerificationRequest.objects.filter(about__in=keys).open().values_list("about", flat=True):
            self.questions[about] += 1
        self.verdicts: dict[UUID, dict[str, str]] = defaultdict(dict)
        said = Relevance.objects.filter(of__in=keys).standing().order_by("version", "recorded_at", "id")
        for of, origin, verdict in said.values_list("of", "origin", "verdict"):
            self.verdicts[of][origin] = verdict
        self.seen = acknowledgements_of(one.document_id for each in self.versions.values() for one in each[-1:])

    def write(self, head: NotifiedEvent) -> None:
        """Everything of one row that follows from documents."""
        versions, verdicts, own = self.versions[head.pk], self.verdicts[head.pk], here().code
        latest, shown = versions[-1] if versions else None, _last_with_words(versions)
        head.latest, head.shown = latest, shown
        head.status = latest.status if latest else ""
        head.version = latest.version if latest else 0
        head.missing = head.version - len({version.version for version in versions})
        head.notified_at = versions[0].recorded_at if versions else None
        head.classification = latest.classification if latest else ""
        head.no_onward_sharing = latest.no_onward_sharing if latest else False
        head.is_exercise = latest.is_exercise if latest else head.is_exercise
        head.open_questions = self.questions[head.pk]
        head.verdict = "" if head.is_ours else verdicts.get(own, "")
        head.verdicts = sum(origin != own for origin in verdicts)
        head.acknowledged_at = _first_here(self.seen.get(str(latest.document_id), []), own) if latest else None
        self._write_words(head, self.bodies.get(shown.pk) if shown else None)

    def _write_words(self, head: NotifiedEvent, body: dict[str, Any] | None) -> None:
        said = body or {}
        head.serial = said.get("serial", "")
        head.hazard = said.get("hazard", "")
        head.disease_code = said.get("disease") or ""
        head.disease = self.diseases.get(head.disease_code)
        head.places = said.get("places", [])
        head.verification, head.response = said.get("verification", ""), said.get("response", "")
        levels = [one["level"] for one in said.get("risk", {}).values() if one]
        head.risk = max(levels, key=RISKS.index, default="")
        counts = said.get("counts", {})
        known = [counts[name] for name in CASES if counts.get(name) is not None]
        head.as_of = parse_date(counts.get("as_of", ""))
        head.cases = sum(known) if known else None
        head.deaths = counts.get("deaths")
        names = [name for place in head.places for name in (place["code"], *place["names"].values())]
        found_by = [
            head.origin,
            head.serial,
            head.disease_code,
            head.disease.search_key if head.disease else "",
            *names,
        ]
        head.search_key = search_key(*filter(None, found_by))


def _last_with_words(versions: list[Notification]) -> Notification | None:
    return next((one for one in reversed(versions) if one.erased_at is None), None)


def _first_here(seen: list[Acknowledgement], own: str) -> Any:
    return next((one.acknowledged_at for one in seen if one.node == own), None)
