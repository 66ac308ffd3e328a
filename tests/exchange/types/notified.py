"""Valid documents of what states tell and ask one another about events: of each type a full and a minimal one."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.exchange.specimens import EARLIER, ID, document
from tests.exchange.types import assisting, consulting, council, filed, hospitals

from tocsin.exchange.documents import Document

EVENT, OTHER_EVENT = "0197c2aa-0000-7000-8000-0000000000e1", "0197c2aa-0000-7000-8000-0000000000e2"
OF = {"id": EARLIER, "origin": "BO"}
TO_BO = {"classification": "SELECTIVE", "addressees": ("BO",)}
SEALED = TO_BO | {"no_onward_sharing": True}
MODERATE = {"likelihood": "likely", "impact": "moderate", "level": "moderate", "confidence": "low"}

NOTIFICATION = {
    "event": EVENT,
    "serial": "AL-2026-7",
    "status": "notified",
    "reason": None,
    "merged_into": None,
    "verification": "verified",
    "response": "responding",
    "articles": ["6"],
    "who": {"notified": "yes", "on": "2026-03-08"},
    "hazard": "water",
    "disease": "cholera",
    "agent": {"kind": "bacterium", "origin": "waterborne", "designation": "O1 Ogawa", "confirmed": True},
    "places": [
        {"code": "AL-01", "kind": "region", "names": {"en": "Norvel", "ru": "Норвель", "zh": "诺尔韦尔"}},
        {"code": "AL-0101", "kind": "district", "names": {"en": "Arvend", "ru": "", "zh": ""}},
        {"code": "AL-02", "kind": "region", "names": {"en": "Tarsin", "ru": "Тарсин", "zh": "塔尔辛"}},
    ],
    "point_of_entry": False,
    "cross_border": {"affected_states": ["BO"], "travel_links": ["BO", "CE"]},
    "dates": {
        "emergence": {"on": "2026-02-27", "precision": "estimated"},
        "detection": {"on": "2026-03-05", "precision": "exact"},
        "authority_notified": {"on": "2026-03-06", "precision": "exact"},
        "first_onset": {"on": "2026-02-27", "precision": "estimated"},
        "last_onset": {"on": "2026-03-07", "precision": "exact"},
    },
    "transmission": ["water", "food"],
    "case_definition": {"standard": "who", "version": "GTFCC 2023"},
    "counts": {
        "as_of": "2026-03-08",
        "suspected": 20,
        "probable": 0,
        "confirmed": 12,
        "deaths": 1,
        "hospitalised": 15,
        "intensive_care": 2,
        "health_workers": None,
    },
    "suppression": {"below": 5, "rule": "small-cells-and-complements"},
    "rows": [
        ["cases", "AL", "all", "all", 32],
        ["cases", "AL-01", "all", "all", 25],
        ["cases", "AL-02", "all", "all", 7],
        ["cases", "AL", "0-4", "all", None, "suppressed"],
        ["cases", "AL", "5+", "all", None, "suppressed"],
    ],
    "laboratory": {"status": "confirmed", "tested": 30, "positive": 12, "methods": ["culture", "pcr"]},
    "detected_by": ["clinician", "laboratory"],
    "conditions": ["flooding", "poor_water_sanitation"],
    "annex2": {
        "list": "instrument",
        "serious": "yes",
        "unexpected": "unknown",
        "spread": "yes",
        "restrictions": "no",
        "outcome": "notify",
    },
    "criteria": {
        "unusual": "yes",
        "morbidity_mortality": "no",
        "rapid_growth": "unknown",
        "beyond_capacity": "no",
        "several_states": "yes",
        "coordination": "yes",
    },
    "risk": {"national": MODERATE, "neighbours": MODERATE | {"confidence": "medium"}, "alliance": None},
    "measures": [
        {"measure": "water_treatment", "status": "taken", "sector": "water_sanitation", "since": "2026-03-06"},
        {"measure": "vaccination", "status": "intended", "sector": "health", "since": "2026-04-01"},
    ],
    "shortages": ["rehydration"],
    "difficulties": ["access"],
    "support": ["vaccines"],
    "texts": {
        "summary": "Холера после паводка.\n\n洪水后霍乱。",
        "case_definition": "",
        "measures": "Вода подвозится.",
        "risk": "",
        "support": "",
        "reason": "",
    },
    "contact": {"line": "Altania, Department of Epidemics, duty officer", "telephone": "+000 (1) 234-56"},
}
LEAST = {
    "status": "notified",
    "verification": "suspected",
    "response": "none",
    "articles": [],
    "who": {"notified": "no", "on": None},
    "hazard": "unknown",
    "disease": None,
    "agent": {"kind": "unknown", "origin": "unknown", "designation": "", "confirmed": False},
    "places": [{"code": "AL", "kind": "country", "names": {"en": "", "ru": "", "zh": ""}}],
    "cross_border": {"affected_states": [], "travel_links": []},
    "dates": dict.fromkeys(NOTIFICATION["dates"]),
    "transmission": [],
    "case_definition": {"standard": "none", "version": ""},
    "counts": dict.fromkeys(NOTIFICATION["counts"]) | {"as_of": "2026-03-09"},
    "suppression": None,
    "rows": [],
    "laboratory": {"status": "none", "tested": None, "positive": None, "methods": []},
    "detected_by": [],
    "conditions": [],
    "annex2": None,
    "criteria": None,
    "risk": {"national": None, "neighbours": None, "alliance": None},
    "measures": [],
    "shortages": [],
    "difficulties": [],
    "support": [],
    "texts": dict.fromkeys(NOTIFICATION["texts"], ""),
    "contact": {"line": "", "telephone": ""},
}
TRAVELLER = {
    "about": None,
    "identity": {
        "family_name": "Иванова",
        "given_names": "Анна",
        "other_names": "",
        "born": "1980-05",
        "sex": "female",
        "nationality": "AL",
        "document_kind": "passport",
        "document_number": "AB 123456",
        "telephone": "+000 1 234",
        "address_there": "Dolin, Hotel Borenia",
    },
    "disease": "measles",
    "classification": "confirmed",
    "onset": "2026-03-06",
    "infectious_from": "2026-03-02",
    "infectious_until": "2026-03-10",
    "conveyances": [
        {
            "kind": "air",
            "number": "AL 107",
            "seat": "14C",
            "from_place": "Altagrad",
            "to_place": "Dolin",
            "departed": "2026-03-07T22:10",
            "arrived": "2026-03-07T21:30",
            "border_point": "",
        }
    ],
    "contacts": [
        {"names": "Пётр Иванов", "relation": "household", "seat": "14D", "telephone": "", "address": "Hotel Borenia"}
    ],
    "asked": ["find_person", "trace_contacts"],
    "outcome": [],
    "text": "Сыпь 6 марта.",
    "expires_at": "2026-06-07T06:00:00Z",
    "legal_basis": ["ihr_44", "ihr_45"],
}
NO_IDENTITY = dict.fromkeys(TRAVELLER["identity"], "") | {
    "born": None,
    "sex": "unknown",
    "nationality": None,
    "document_kind": None,
}
FULL: dict[str, dict[str, Any]] = {
    "notification": NOTIFICATION,
    "acknowledgement": {
        "of": OF | {"type": "notification"},
        "by_role": "duty_officer",
        "at": "2026-03-09T05:59:00Z",
    },
    "relevance": {
        "of": OF,
        "event": EVENT,
        "verdict": "may_affect_us",
        "reasons": ["shared_border", "travellers"],
        "text": "Через Карсу ездят ежедневно.",
    },
    "verification-request": {
        "about": OF,
        "event": EVENT,
        "disease": "measles",
        "places": ["BO-01"],
        "what_is_heard": "Сообщают о закрытии школ.",
        "heard_from": ["media", "traveller"],
        "questions": [
            {"question": "is_it_true", "text": ""},
            {"question": "counts", "text": "С 1 марта?"},
        ],
        "answer_by": "2026-03-10T06:00:00Z",
    },
    "verification-answer": {
        "of": OF,
        "standing": "verified",
        "event": EVENT,
        "notification": {"id": "0197c2aa-0000-7000-8000-000000000003", "origin": "AL"},
        "text": "Подтверждаем.",
    },
    "translation": {
        "of": {"id": EARLIER, "origin": "AL", "version": 2},
        "language": "en",
        "standing": "human_checked",
        "texts": {"summary": "Cholera after a flood.\n\nWells are closed.", "measures": "Water is brought."},
    },
    "traveller": TRAVELLER,
    "traveller-answer": {
        "of": OF,
        "found": "yes",
        "contacts_found": 3,
        "outcome": ["found", "under_observation"],
        "text": "Под наблюдением до 20 марта.",
    },
    "drill": {
        "kind": "call_at_night",
        "scenario": "Проверка связи.",
        "asked_at": "2026-03-09T05:59:00Z",
        "answer_within": 30,
    },
    **council.FULL,
    **assisting.FULL,
    **hospitals.FULL,
    **consulting.FULL,
    **filed.FULL,
}
MINIMAL: dict[str, dict[str, Any]] = {
    "notification": LEAST,
    "acknowledgement": {},
    "relevance": {"verdict": "under_assessment", "reasons": [], "text": ""},
    "verification-request": {
        "about": None,
        "event": None,
        "disease": None,
        "places": [],
        "heard_from": ["other"],
        "questions": [{"question": "is_it_true", "text": ""}],
    },
    "verification-answer": {"standing": "received", "event": None, "notification": None, "text": ""},
    "translation": {"texts": {"text": ""}, "standing": "machine"},
    "traveller": {
        "identity": NO_IDENTITY,
        "disease": None,
        "onset": None,
        "infectious_from": None,
        "infectious_until": None,
        "conveyances": [],
        "contacts": [],
        "asked": [],
        "text": "",
    },
    "traveller-answer": {"found": "in_progress", "contacts_found": None, "outcome": [], "text": ""},
    "drill": {"kind": "call", "answer_within": 1},
    **council.MINIMAL,
    **assisting.MINIMAL,
    **hospitals.MINIMAL,
    **consulting.MINIMAL,
    **filed.MINIMAL,
}
HEADS: dict[str, dict[str, Any]] = {
    "acknowledgement": TO_BO,
    "relevance": TO_BO,
    "verification-request": TO_BO,
    "verification-answer": TO_BO,
    "traveller": SEALED,
    "traveller-answer": SEALED,
    **consulting.HEADS,
    **filed.HEADS,
}
LATER = {"version": 2, "supersedes": EARLIER}  # of a head
assert EARLIER != ID


def full(name: str, /, *, head: dict[str, Any] | None = None, **body: Any) -> Document:
    """A document of a type in which every member says something."""
    return document(type=name, body=deepcopy(FULL[name]) | body, **(HEADS.get(name, {}) | (head or {})))


def minimal(name: str, /, *, head: dict[str, Any] | None = None, **body: Any) -> Document:
    """A document of a type that says no more than it must."""
    return full(name, head=head, **(deepcopy(MINIMAL[name]) | body))


def notification(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    """A first notification; `body` may give members of its members, as `counts={"deaths": 2}`."""
    return full("notification", head=head, **_within(NOTIFICATION, body))


def later(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    """A second version of it."""
    return notification(head=LATER | (head or {}), **({"status": "updated"} | body))


def traveller(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    return full("traveller", head=head, **_within(TRAVELLER, body))


def with_each_text_poisoned(name: str) -> Iterator[tuple[tuple[str | int, ...], Document]]:
    """The full document once for each text in it, which ends in an invisible character there, and where that is."""
    for path in _texts(FULL[name]):
        body = deepcopy(FULL[name])
        holder: Any = body
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] += "\u200b"
        yield path, full(name, **body)


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*path, key))


def _within(known: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    made = dict(changes)
    for name, change in changes.items():
        if isinstance(known.get(name), dict) and isinstance(change, dict):
            made[name] = deepcopy(known[name]) | change
    return made
