"""A node full of events: 10,000 of its own, 100,000 notifications, a million lines of logs, 50,000 cases of one.

    fill_events.py [SHARE]

Run with TOCSIN_HOME (and DATABASE_URL) set, on a folder that `tocsin node init` has made. Joins an alliance whose other
nodes are nowhere. Prints what it made, and the pages that people read, as JSON. Everything in it is simulated.
"""

import json
import random
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from benchmarks.load.duty_world import fill_duty, fill_travellers
from benchmarks.load.event_world import Scale, fill_events, fill_line_list, fill_timeline
from benchmarks.load.notified_world import (
    fill_drafts,
    fill_ours,
    fill_questions,
    fill_theirs,
    fill_translations,
)
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import key_files
from tocsin.node.alliance.actions.people import add_person
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.notifications.models import Notification, NotifiedEvent, VerificationRequest
from tocsin.node.post.here import local_node
from tocsin.node.post.store import DjangoStore

NODES = ("AL", "BO", "DO", "FA", "CE", "EL", "GO", "HE", "SEC")
TIERS = {"GO": "partner", "HE": "partner"}
ROLES = ["epidemiologist", "duty_officer"]
OURS = 10  # one notification in so many is ours


def main() -> None:
    scale = Scale.of(float(sys.argv[1])) if len(sys.argv) > 1 else Scale()
    chance, began = random.Random(20260309), time.monotonic()
    join()
    node = local_node(sealing=True)
    who = people(scale.people)
    events = fill_events(scale.events, who, chance)
    told("events", began)
    long = fill_timeline(events, scale.lines, who, chance)
    told("lines of logs", began)
    theirs = fill_theirs(node, scale.documents - scale.documents // OURS, who, chance)
    told("notifications of partners", began)
    ours = fill_ours(node, events, scale.documents // OURS, who, chance)
    told("notifications of ours", began)
    questions = fill_questions(node, scale.documents // 50, who, chance)
    fill_translations(scale.documents // 10, who[0])
    fill_duty(scale.events // 2, scale.events // 5, who, chance)
    fill_travellers(scale.events // 5, chance)
    outbreak = Event.objects.filter(response="none", notified_as=None).order_by("-opened_at").first()
    fill_line_list(outbreak, scale.cases, who[0], chance)
    told("cases", began)
    drafts = fill_drafts(Event.objects.filter(notified_as__isnull=False, response="none")[:30], who[0])
    if connection.vendor == "postgresql":  # it does so by itself, a minute after; SQLite never does
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    made = {
        "events": len(events), "lines of logs": TimelineEntry.objects.count(), "notifications": theirs + ours,
        "questions": questions, "cases of one event": outbreak.cases_listed.count(), "outbreak": str(outbreak.pk),
        "cookie_name": settings.SESSION_COOKIE_NAME, "cookies": [cookie(person) for person in who],
        "pages": pages(outbreak, long, drafts, chance),
    }  # fmt: skip
    json.dump(made, sys.stdout)


def told(what: str, began: float) -> None:
    print(f"{what}: {time.monotonic() - began:.0f} s", file=sys.stderr)


def join() -> None:
    """Keys and a trust list, as after the ceremony."""
    now = datetime.now(UTC)
    alliance = ExerciseAlliance(NODES, now=now, tiers=TIERS, urls=dict.fromkeys(NODES, ()))
    for use, key in alliance.keys["AL"].items():
        key_files.write(key, key_files.folder(settings.HOME, use) / f"{now:%Y-%m-%d}.pem")
    DjangoStore().put_trust_files(alliance.files)


def people(number: int) -> list[Person]:
    """People with every page before them, so that each has the fullest bar and the most to be counted."""
    service = Organisation.objects.filter(state__is_here=True).first()
    found = []
    for at in range(number):
        person = add_person(
            f"load{at}@service.example", name=f"Simulated person {at}", organisation=service, roles=ROLES,
            language=("en", "ru", "zh-hans")[at % 3], by=None,
        )  # fmt: skip
        TOTP.activate(person, generate_totp_secret())
        found.append(person)
    return found


def cookie(person: Person) -> str:
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def pages(outbreak: Event, long: list[Event], drafts: Iterable[Any], chance: random.Random) -> dict[str, Any]:
    """What people read: by kind, how often in a hundred pages, and the addresses that there are of it."""
    events = list(Event.objects.order_by("-changed_at").values_list("pk", flat=True)[:400])
    told_of = list(NotifiedEvent.objects.ours().values_list("event_id", flat=True)[:200])
    heads = list(NotifiedEvent.objects.theirs().values_list("pk", flat=True)[:400])
    asked = list(VerificationRequest.objects.values_list("pk", flat=True)[:200])
    texts = list(Notification.objects.filter(is_ours=False, language="ru").order_by("-came_at")[:50])
    listed, notified, travellers = reverse("events"), reverse("notified_events"), reverse("travellers")

    def of(name: str, keys: Iterable[Any]) -> list[str]:
        return [reverse(name, args=[key]) for key in keys]

    cases, log = reverse("line_list", args=[outbreak.pk]), [reverse("event_log", args=[one.pk]) for one in long]
    found = {
        "events": (14, [listed]),
        "events, filtered": (8, [
            f"{listed}?show=closed", f"{listed}?show=all&verification=verified", f"{listed}?q=cholera&show=all",
            f"{listed}?show=all&sort=-cases", f"{listed}?show=all&sort=disease", f"{listed}?q=AL-{outbreak.year}-7",
        ]),
        "events, later pages": (3, [f"{listed}?show=all&page={page}" for page in (2, 20, 120)]),
        "event": (14, of("event", events)),
        "event, log": (5, of("event_log", events)),
        "event, log of thousands": (3, [*log, *(f"{one}?before={at}" for one in log for at in middles(long))][:60]),
        "event, clocks": (5, of("event_clocks", events)),
        "event, assessment": (5, of("event_assessment", events)),
        "event, partners": (7, of("event_partners", told_of)),
        "draft": (3, of("draft", [draft.pk for draft in drafts])),
        "board": (3, [reverse("board"), f"{reverse('board')}?year={outbreak.year - 1}"]),
        "line list, 50,000 cases": (4, [
            cases, f"{cases}?classification=confirmed", f"{cases}?sort=-age", f"{cases}?q=C0001", f"{cases}?by=week",
            f"{cases}?sort=number&page=,C040000",
        ]),
        "partners’ events": (9, [notified]),
        "partners’ events, filtered": (5, [
            f"{notified}?show=unacknowledged", f"{notified}?show=verdict", f"{notified}?show=questions",
            f"{notified}?state=BO", f"{notified}?status=updated&state=CE", f"{notified}?q=cholera",
            f"{notified}?q=Dolin+17", f"{notified}?page=2", f"{notified}?page=300",
        ]),
        "partner’s event": (8, of("notified_event", heads)),
        "questions": (3, [reverse("verifications"), f"{reverse('verifications')}?box=ours"]),
        "question": (2, of("verification", asked)),
        "translations": (2, [reverse("translations")]),
        "translation": (2, [reverse("translation", args=["notification", one.pk, "en"]) for one in texts]),
        "duty": (3, [reverse("duty")]),
        "shift log": (1, [reverse("shift_log"), f"{reverse('shift_log')}?page=20"]),
        "alerts": (1, [reverse("alerts")]),
        "travellers": (2, [travellers, f"{travellers}?box=ours", f"{travellers}?box=ended"]),
    }  # fmt: skip
    return {kind: [weight, chance.sample(urls, len(urls))] for kind, (weight, urls) in found.items() if urls}


def middles(long: list[Event]) -> list[int]:
    """Lines in the middle of a long log."""
    return [event.timeline.values_list("pk", flat=True)[event.timeline.count() // 2] for event in long[:2]]


if __name__ == "__main__":
    main()
