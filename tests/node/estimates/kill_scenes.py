"""What processes of a node do with estimates, for tests that kill them; each function is one process."""

import hashlib
import json
import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.at_work import start, work
from tests.node.events.outbreak import outbreak
from tests.node.events.scenes import an_event
from tests.node.surveillance import upload_scenes
from tests.node.surveillance.counts_given import given_counts

from tocsin.epi import forecast, nowcast, reproduction, severity
from tocsin.node import urls
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.estimates.actions import estimating
from tocsin.node.estimates.models import Estimate, Severity
from tocsin.node.events.actions import estimating as of_events
from tocsin.node.events.actions.cases import add_case
from tocsin.node.events.models import Event, EventEstimate
from tocsin.node.events.pages.estimates import estimates_shown
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import Disease, Place, Screening, Source, Thread
from tocsin.node.surveillance.pages import beside

LOADED = (forecast, nowcast, reproduction, severity, urls)  # once, before the processes that use them are forked
WEEKS = 60
MONDAY = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
FIRST = MONDAY - timedelta(weeks=WEEKS)
USUAL = {("measles", "XX"): 12, ("dengue", "XX"): 30, ("varicella", "XX-11"): 9, ("varicella", "XX-12"): 15}
DEATHS = {("measles", "XX", ""): [2.0] * WEEKS}
FROM_PAYLOADS = re.compile(r"<(ul|figure|tbody)\b.*?</\1>", re.DOTALL)


def prepare() -> None:
    """A source of cases with a rise in every series, one of deaths, an event with a line list; all are estimated."""
    upload_scenes.prepare()
    Source.objects.update(method="ears", is_on=True)
    service = Organisation.objects.get()
    amina = Person.objects.create_user(
        "amina@service.example", name="Amina", organisation=service, roles=["epidemiologist"]
    )
    deaths = Source.objects.create(
        name="Deaths", organisation=service, place=Place.objects.get(code="XX"), method="ears", measure="deaths"
    )
    given_counts(deaths, DEATHS, FIRST)
    acts.ask(deaths, by=None, evaluate=1)
    outbreak(an_event(Disease.objects.get(code="measles"), Place.objects.get(code="XX-11"), amina))
    count(1)
    list_a_case(1)


def count(number: int, begun: str = "") -> float:
    """Other counts, their screening, their estimates. Returns the seconds that screening and estimates took."""
    source = Source.objects.get(measure="cases")
    given_counts(source, {(*key, ""): _counts(mean, number) for key, mean in USUAL.items()}, FIRST)
    acts.ask(source, by=None, evaluate=2)
    return _worked(begun)


def list_a_case(number: int, begun: str = "") -> float:
    """One case more in the line list, and the estimates of the event; as `count`."""
    onset = timezone.localdate() - timedelta(days=number % 9)
    add_case(Event.objects.get(), values={"onset": onset, "reported": onset}, by=Person.objects.get())
    return _worked(begun)


def _worked(begun: str) -> float:
    if begun:
        Path(begun).touch()
    started = time.monotonic()
    _do_not_wait()
    work()
    return time.monotonic() - started


def _do_not_wait() -> None:
    """What is to run in some seconds, runs now."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())


def go_on() -> dict[str, Any]:
    """What is seen before anything is mended, and after a start of the node has gone on with what was under way."""
    before = look()
    _do_not_wait()
    start()
    return {"before": before, "after": look()}


def compute_again() -> dict[str, Any]:
    """All made once more from the same, by nobody's task."""
    estimating.run(Screening.objects.filter(source__measure="cases").latest("finished_at").pk)
    EventEstimate.objects.all().delete()
    of_events.run(Event.objects.get().pk)
    return look()


def look() -> dict[str, Any]:
    """Of the source of cases, and of the event: of which state of the counts it is, what is stored, what is shown."""
    amina = Person.objects.get()
    own = Estimate.objects.filter(source__measure="cases"), Severity.objects.all()
    event = EventEstimate.objects.get()
    tasks = DBTaskResult.objects.filter(task_path__contains=".tasks.estimate")
    return {
        "count": {
            "of": sorted({generation for rows in own for generation in rows.values_list("generation", flat=True)}),
            "rows": {str(one.series): _digest(one.payload) for one in own[0]}
            | {f"severity {one.disease_id}": _digest(one.payload) for one in own[1]},
            "pages": _pages(amina),
        },
        "list_a_case": {
            "of": [event.list_changed_at.isoformat()],
            "rows": {"payload": _digest(event.payload), "severity": _digest(event.severity)},
            "pages": {"the event": _digest(_told("events/estimates.html", shown=estimates_shown(event.event, amina)))},
        },
        "tasks": Counter(tasks.values_list("status", flat=True)),
    }


def _pages(amina: Person) -> dict[str, str]:
    """What stands on a signal's page and on the situation, as far as it is drawn and told from estimates."""
    pages = {str(thread): beside.of_signal(thread, amina) for thread in Thread.objects.visible_to(amina)}
    pages["the situation"] = beside.of_situation(Source.objects.all(), amina)
    told = {
        page: "".join(_told(section.template, section=section.said) for section in shown)
        for page, shown in pages.items()
    }
    return {page: _digest(text) for page, text in told.items() if text}


def _told(template: str, **context: Any) -> str:
    return "".join(found[0] for found in FROM_PAYLOADS.finditer(render_to_string(template, context)))


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def _counts(mean: int, number: int) -> np.ndarray:
    """More than a year, and a rise at its end, which is another for each number."""
    counts = np.random.default_rng(mean).poisson(mean, WEEKS).astype(float)
    counts[-3:] = [(2 + number) * mean, (3 + number) * mean, (4 + number) * mean]
    return counts
