"""What people read of joint objects: by kind of page, how often of a hundred pages or so, and all its addresses."""

import random
import sys
from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse

from tocsin.node.assistance.models import Request
from tocsin.node.council.models import Decision, Measure, Session
from tocsin.node.events.models import Event

__all__ = ["long_pages", "pages"]

# Pages of the objects of a thousand acts, which somebody opens alone: of what, and the name of the address.
LONG = {
    "decision": ("decision", "decision"), "decision, record": ("decision", "decision_record"),
    "decision, versions": ("decision", "compare_decision"), "session": ("session", "session"),
    "request": ("request", "assistance_request"),
}  # fmt: skip


def pages(chance: random.Random, without: list[str]) -> dict[str, Any]:
    """As `Readers` choose among them; `without`: objects that nobody of the crowd opens."""
    decisions = Decision.objects.exclude(pk__in=without).order_by("-changed_at").values_list("pk", flat=True)
    going = decisions.filter(status__in=("proposed", "under_consideration", "silence_procedure"))
    sessions = Session.objects.exclude(pk__in=without).values_list("pk", flat=True)
    requests = Request.objects.exclude(pk__in=without).order_by("-changed_at").values_list("pk", flat=True)
    ours = list(going.filter(of__is_ours=True)[:100])
    measures = list(Measure.objects.order_by("-decision__changed_at").values_list("decision_id", "measure")[:300])
    events = list(Event.objects.values_list("pk", flat=True)[:200])
    plans = list(decisions.filter(kind="plan")[:100])
    found = {
        "council": (12, listed("council")),
        "council, filtered": (8, listed("council", "show=open", "show=us", "q=72", "kind=plan", "status=in_force&q=1")),
        "council, later pages": (2, listed("council", "page=2", "page=30")),
        "decision": (12, of("decision", list(decisions[:400]))),
        "decision, on its way": (6, of("decision", list(going[:200]))),
        "decision, record": (4, of("decision_record", list(decisions[:200]))),
        "decision, versions": (3, of("compare_decision", list(decisions[:200]))),
        "decision, papers": (1, of("decision_papers", list(decisions[:100]))),
        "amending": (1, of("amend_decision", ours)),
        "measures": (6, listed("measures", "", "whose=ours&show=open", "show=overdue", "q=72&page=2", "sort=-state")),
        "measure": (4, of("measure", measures)),
        "plans": (1, listed("plans")),
        "plan": (2, of("plan", plans)),
        "agreements": (1, listed("agreements")),
        "sessions": (4, listed("sessions", "", "status=closed", "page=5", "q=21")),
        "session": (6, of("session", list(sessions[:200]))),
        "event, council": (3, of("event_council", events)),
        "assistance": (12, listed("assistance")),
        "assistance, filtered": (8, listed("assistance", "status=short", "status=ended", "q=721", "state=BO")),
        "assistance, later pages": (2, listed("assistance", "page=5", "status=ended&page=100")),
        "capabilities": (2, listed("assistance_register", "", "item=respirator", "state=BO")),
        "request": (12, of("assistance_request", list(requests[:400]))),
    }
    return {kind: [weight, chance.sample(urls, len(urls))] for kind, (weight, urls) in found.items() if urls}


def long_pages(keys: dict[str, str]) -> dict[str, str]:
    """The pages of `LONG`, of the objects with these keys."""
    return {page: address for page, (what, name) in LONG.items() for address in of(name, [keys[what]])}


def listed(name: str, *asked: str) -> list[str]:
    """The addresses of a list, with what is asked of it; none where there is no such page."""
    found = of(name, [()])
    return [f"{address}?{query}" if query else address for address in found for query in asked or ("",)]


def of(name: str, keys: Iterable[Any]) -> list[str]:
    """The address for each key, or tuple of keys."""
    try:
        return [reverse(name, args=key if isinstance(key, tuple) else [key]) for key in keys]
    except NoReverseMatch:
        print(f"no page {name}", file=sys.stderr)
        return []
