"""What validly signed documents about events might say that cannot be: each is wrong in one way, which is known.

`NONSENSE` and `ODD_ROWS` are read by tests of the types, by the threat of poisoned content and by the vectors.
"""

from typing import Any

from tests.exchange.specimens import ID
from tests.exchange.types.notified import EVENT, NOTIFICATION, OF, TRAVELLER, full, later, traveller
from tests.exchange.types.notified import notification as first

from tocsin.exchange.documents import Document

RLO = "\u202e"
BOTH = {"addressees": ("BO", "CE")}
ITSELF = {"id": ID, "origin": "AL"}
PLACES = NOTIFICATION["places"]
LEG = TRAVELLER["conveyances"][0]
NOBODY = [["cases", "AL-01", "all", "all", 3], ["cases", "AL-02", "all", "all", 0]]
FEW = {"suspected": 3, "probable": 0, "confirmed": 0, "hospitalised": 0, "intensive_care": 0}


def on(day: str) -> dict[str, str]:
    return {"on": day, "precision": "exact"}


def annex2(*answers: str | None, of: str = "instrument", outcome: str = "not_notifiable") -> dict[str, Any]:
    names = ("serious", "unexpected", "spread", "restrictions")
    return {"list": of, "outcome": outcome} | dict(zip(names, answers, strict=True))


def measure(**changes: str) -> list[dict[str, Any]]:
    return [NOTIFICATION["measures"][0] | changes]


# What is said, code, where.
Wrong = tuple[Document, str, str]
STATUS: dict[str, Wrong] = {
    "first version that updates": (first(status="updated"), "contradiction", "/body/status"),
    "first version that withdraws": (first(status="withdrawn", reason="error"), "contradiction", "/body/status"),
    "later version that is the first": (later(status="notified"), "contradiction", "/body/status"),
    "withdrawn without a reason": (later(status="withdrawn"), "contradiction", "/body/reason"),
    "reason without withdrawal": (later(reason="error"), "contradiction", "/body/reason"),
    "merged into nothing": (later(status="withdrawn", reason="merged"), "contradiction", "/body/merged_into"),
    "merged into itself": (
        later(status="withdrawn", reason="merged", merged_into=EVENT),
        "contradiction",
        "/body/merged_into",
    ),
    "duplicate that is merged": (
        later(status="withdrawn", reason="duplicate", merged_into=ID),
        "contradiction",
        "/body/merged_into",
    ),
    "closed while responding": (later(status="closed"), "contradiction", "/body/response"),
    "refuted and notified": (first(verification="refuted"), "contradiction", "/body/verification"),
    "refuted and updated": (later(verification="refuted"), "contradiction", "/body/verification"),
    "withdrawn as refuted and verified": (
        later(status="withdrawn", reason="refuted"),
        "contradiction",
        "/body/verification",
    ),
}
CONTENT: dict[str, Wrong] = {
    "number of another state": (first(serial="BO-2026-7"), "contradiction", "/body/serial"),
    "number that is none": (first(serial="AL-2026-07"), "schema", "/body/serial"),
    "confirmed and not known": (
        first(agent={"kind": "unknown", "designation": ""}),
        "contradiction",
        "/body/agent/confirmed",
    ),
    "designation in signs": (first(agent={"designation": "O1 <b>"}), "schema", "/body/agent/designation"),
    "day of no notification to WHO": (first(who={"notified": "no"}), "contradiction", "/body/who/on"),
    "place twice": (first(places=[*PLACES, PLACES[1]]), "contradiction", "/body/places/3/code"),
    "place of another state": (first(places=[*PLACES, PLACES[0] | {"code": "BO-01"}]), "unknown-place",
                               "/body/places/3/code"),
    "no place": (first(places=[]), "schema", "/body/places"),
    "disease of nobody": (first(disease="dragon-pox"), "unknown-disease", "/body/disease"),
    "hazard of nobody": (first(hazard="dragons"), "schema", "/body/hazard"),
    "same measure 61 times": (first(measures=measure() * 61), "schema", "/body/measures"),
    "always notified and monitored": (
        first(annex2=annex2(None, None, None, None, of="always", outcome="monitor")),
        "contradiction",
        "/body/annex2/outcome",
    ),
    "two yes and monitored": (
        first(annex2=annex2("yes", "no", "yes", "no", outcome="monitor")),
        "contradiction",
        "/body/annex2/outcome",
    ),
    "not known is not no": (
        first(annex2=annex2("yes", "unknown", "no", "no")),
        "contradiction",
        "/body/annex2/outcome",
    ),
    "not asked is not no": (first(annex2=annex2("yes", None, "no", "no")), "contradiction", "/body/annex2/outcome"),
    "summary that turns around": (first(texts={"summary": f"a{RLO}b"}), "bidi-control", "/body/texts/summary"),
    "summary with markup": (first(texts={"summary": "<script>x"}), "markup", "/body/texts/summary"),
    "name of a place that turns around": (
        first(places=[PLACES[0] | {"names": {"en": f"No{RLO}rvel", "ru": "", "zh": ""}}, *PLACES[1:]]),
        "bidi-control",
        "/body/places/0/names/en",
    ),
    "contact of two lines": (first(contact={"line": "a\nb"}), "bidi-control", "/body/contact/line"),
    "telephone that is an address": (
        first(contact={"telephone": "javascript:1"}),
        "schema",
        "/body/contact/telephone",
    ),
    "definition with markup": (
        first(case_definition={"version": "<i>"}),
        "markup",
        "/body/case_definition/version",
    ),
    "text of 5,001 characters": (first(texts={"risk": "a" * 5_001}), "schema", "/body/texts/risk"),
    "member more": (first(texts={"rumour": ""}), "schema", "/body/texts"),
}  # fmt: skip
DAYS: dict[str, Wrong] = {
    "detected before it emerged": (
        first(dates={"detection": on("2026-02-26")}),
        "contradiction",
        "/body/dates/detection/on",
    ),
    "told before it was detected": (
        first(dates={"authority_notified": on("2026-03-04")}),
        "contradiction",
        "/body/dates/authority_notified/on",
    ),
    "told before it emerged, detected nobody knows when": (
        first(dates={"detection": None, "authority_notified": on("2026-02-26")}),
        "contradiction",
        "/body/dates/authority_notified/on",
    ),
    "last onset before the first": (
        first(dates={"last_onset": on("2026-02-26")}),
        "contradiction",
        "/body/dates/last_onset/on",
    ),
    "onset to come": (first(dates={"last_onset": on("2026-03-10")}), "future-period", "/body/dates/last_onset/on"),
    "counts to come": (first(counts={"as_of": "2026-03-10"}), "future-period", "/body/counts/as_of"),
    "WHO to be notified": (first(who={"on": "2026-03-10"}), "future-period", "/body/who/on"),
    "measure taken tomorrow": (first(measures=measure(since="2026-03-10")), "future-period", "/body/measures/0/since"),
    "30 February": (first(counts={"as_of": "2026-02-30"}), "period-invalid", "/body/counts/as_of"),
    "measure of no day": (
        first(measures=measure(status="intended", since="2026-13-01")),
        "period-invalid",
        "/body/measures/0/since",
    ),
}
COUNTS: dict[str, Wrong] = {
    "deaths above cases": (first(counts={"deaths": 33}, rows=[]), "impossible-count", "/body/counts/deaths"),
    "health workers above cases": (
        first(counts={"health_workers": 33}),
        "impossible-count",
        "/body/counts/health_workers",
    ),
    "intensive care above hospital": (
        first(counts={"intensive_care": 16}),
        "impossible-count",
        "/body/counts/intensive_care",
    ),
    "hospital above cases": (first(counts={"hospitalised": 33}), "impossible-count", "/body/counts/hospitalised"),
    "count below 0": (first(counts={"deaths": -1}), "schema", "/body/counts/deaths"),
    "positive above tested": (
        first(laboratory={"positive": 31}),
        "impossible-count",
        "/body/laboratory/positive",
    ),
    "tested without examination": (
        first(laboratory={"status": "none"}),
        "contradiction",
        "/body/laboratory/status",
    ),
    "confirmed by nothing": (first(laboratory={"positive": 0}), "contradiction", "/body/laboratory/status"),
    "negative and positive": (first(laboratory={"status": "negative"}), "contradiction", "/body/laboratory/status"),
}
BETWEEN: dict[str, Wrong] = {
    "acknowledged to another": (
        full("acknowledgement", head={"addressees": ("CE",)}),
        "classification",
        "/addressees",
    ),
    "acknowledged to others as well": (full("acknowledgement", head=BOTH), "classification", "/addressees"),
    "acknowledged to come": (full("acknowledgement", at="2026-03-09T06:05:01Z"), "contradiction", "/body/at"),
    "acknowledged on no day": (full("acknowledgement", at="2026-02-30T06:00:00Z"), "schema", "/body/at"),
    "acknowledged by a name": (full("acknowledgement", by_role="Vera Ivanova"), "schema", "/body/by_role"),
    "relevance to others as well": (full("relevance", head=BOTH), "classification", "/addressees"),
    "not relevant, and cases": (
        full("relevance", verdict="not_relevant", reasons=["cases_here"]),
        "contradiction",
        "/body/reasons",
    ),
    "relevant without link": (
        full("relevance", verdict="affects_us", reasons=["no_link"]),
        "contradiction",
        "/body/reasons",
    ),
    "relevance with markup": (full("relevance", text="<b>"), "markup", "/body/text"),
    "question about itself": (full("verification-request", about=ITSELF), "contradiction", "/body/about"),
    "question about dragons": (
        full("verification-request", disease="dragon-pox"),
        "unknown-disease",
        "/body/disease",
    ),
    "question to be answered before": (
        full("verification-request", answer_by="2026-03-09T05:54:59Z"),
        "contradiction",
        "/body/answer_by",
    ),
    "question of nothing": (full("verification-request", what_is_heard=" "), "schema", "/body/what_is_heard"),
    "question that turns around": (
        full("verification-request", what_is_heard=f"a{RLO}"),
        "bidi-control",
        "/body/what_is_heard",
    ),
    "question of two lines": (
        full("verification-request", questions=[{"question": "other", "text": "a\nb"}]),
        "bidi-control",
        "/body/questions/0/text",
    ),
    "question to all": (
        full("verification-request", head={"classification": "MEMBERS", "addressees": ()}),
        "classification",
        "/classification",
    ),
    "answer to another": (full("verification-answer", head={"addressees": ("CE",)}), "classification", "/addressees"),
    "answer with another's notification": (
        full("verification-answer", notification=OF),
        "contradiction",
        "/body/notification",
    ),
    "answer that is itself the notification": (
        full("verification-answer", notification=ITSELF),
        "contradiction",
        "/body/notification",
    ),
    "answer with markup": (full("verification-answer", text="&lt;"), "markup", "/body/text"),
    "translation of itself": (full("translation", of=ITSELF | {"version": 1}), "contradiction", "/body/of"),
    "translation in two languages": (full("translation", language="ru"), "contradiction", "/body/language"),
    "translation of nothing": (full("translation", texts={}), "schema", "/body/texts"),
    "translated subject of two lines": (
        full("translation", texts={"subject": "a\nb"}),
        "bidi-control",
        "/body/texts/subject",
    ),
    "translated question with markup": (
        full("translation", texts={"questions": ["a", "<b>"]}),
        "markup",
        "/body/texts/questions/1",
    ),
    "drill to come": (full("drill", asked_at="2026-03-09T06:05:01Z"), "contradiction", "/body/asked_at"),
    "drill with markup": (full("drill", scenario="<b>"), "markup", "/body/scenario"),
    "drill for everybody": (full("drill", head={"classification": "PUBLIC"}), "classification", "/classification"),
}
PERSONS: dict[str, Wrong] = {
    "person told to two states": (traveller(head=BOTH), "classification", "/addressees"),
    "person who may be passed on": (
        traveller(head={"no_onward_sharing": False}),
        "classification",
        "/no_onward_sharing",
    ),
    "person kept for 91 days": (traveller(expires_at="2026-06-07T06:00:01Z"), "contradiction", "/body/expires_at"),
    "person kept until yesterday": (traveller(expires_at="2026-03-08T06:00:00Z"), "contradiction", "/body/expires_at"),
    "person kept until no day": (traveller(expires_at="2026-04-31T06:00:00Z"), "schema", "/body/expires_at"),
    "born tomorrow": (traveller(identity={"born": "2026-03-10"}), "future-period", "/body/identity/born"),
    "born in month 13": (traveller(identity={"born": "1980-13"}), "period-invalid", "/body/identity/born"),
    "ill tomorrow": (traveller(onset="2026-03-10"), "future-period", "/body/onset"),
    "infectious until before": (traveller(infectious_until="2026-03-01"), "contradiction", "/body/infectious_until"),
    "arrived two days before": (
        traveller(conveyances=[LEG | {"arrived": "2026-03-06T20:00"}]),
        "contradiction",
        "/body/conveyances/0/arrived",
    ),
    "departed at 24:61": (
        traveller(conveyances=[LEG | {"departed": "2026-03-07T24:61"}]),
        "period-invalid",
        "/body/conveyances/0/departed",
    ),
    "arrived on no day": (
        traveller(conveyances=[LEG | {"arrived": "2026-02-30"}]),
        "period-invalid",
        "/body/conveyances/0/arrived",
    ),
    "name with markup": (traveller(identity={"family_name": "<b>"}), "markup", "/body/identity/family_name"),
    "contact that turns around": (
        traveller(contacts=[TRAVELLER["contacts"][0] | {"names": f"a{RLO}"}]),
        "bidi-control",
        "/body/contacts/0/names",
    ),
    "flight of two lines": (
        traveller(conveyances=[LEG | {"number": "a\nb"}]),
        "bidi-control",
        "/body/conveyances/0/number",
    ),
    "found and not found": (traveller(outcome=["found", "not_found"]), "contradiction", "/body/outcome"),
    "message about itself": (traveller(about=ITSELF), "contradiction", "/body/about"),
    "person ill with dragons": (traveller(disease="dragon-pox"), "unknown-disease", "/body/disease"),
    "no legal basis": (traveller(legal_basis=[]), "schema", "/body/legal_basis"),
    "201 contacts": (traveller(contacts=TRAVELLER["contacts"] * 201), "schema", "/body/contacts"),
    "person told about to another": (
        full("traveller-answer", head={"addressees": ("CE",)}),
        "classification",
        "/addressees",
    ),
    "answer that may be passed on": (
        full("traveller-answer", head={"no_onward_sharing": False}),
        "classification",
        "/no_onward_sharing",
    ),
    "answer: found and not arrived": (
        full("traveller-answer", outcome=["not_arrived"]),
        "contradiction",
        "/body/outcome",
    ),
    "answer: not found and found": (full("traveller-answer", found="no"), "contradiction", "/body/outcome"),
    "answer that turns around": (full("traveller-answer", text=f"a{RLO}"), "bidi-control", "/body/text"),
}
NONSENSE = STATUS | CONTENT | DAYS | COUNTS | BETWEEN | PERSONS

# Notifications of which rows are not taken, and all the rest is.
ODD_ROWS: dict[str, tuple[Document, dict[int, str]]] = {
    "row of the whole that is not what counts say": (
        first(rows=[["cases", "AL", "all", "all", 31], ["cases", "AL-01", "all", "all", 25]]),
        {0: "contradiction"},
    ),
    "row of the whole that is withheld, though told": (
        first(rows=[["cases", "AL", "all", "all", None, "suppressed"], ["cases", "AL-01", "all", "all", 25]]),
        {0: "contradiction"},
    ),
    "row above what counts say": (
        first(rows=[["cases", "AL-01", "0-4", "all", 33], ["cases", "AL-01", "5+", "all", 25]]),
        {0: "impossible-count"},
    ),
    "rows above what counts say together": (
        first(rows=[["cases", "AL-01", "all", "all", 20], ["cases", "AL-02", "all", "all", 13]]),
        {0: "impossible-count", 1: "impossible-count"},
    ),
    "parts above their total": (
        first(rows=[["cases", "AL-01", "all", "all", 20], ["cases", "AL-01", "all", "female", 21],
                    ["cases", "AL-02", "all", "all", 7]]),
        {0: "impossible-count", 1: "impossible-count"},
    ),
    "deaths above cases of a place": (
        first(counts={"deaths": 9}, rows=[["cases", "AL-02", "all", "all", 7], ["deaths", "AL-02", "all", "all", 8],
                                          ["cases", "AL-01", "all", "all", 20]]),
        {0: "impossible-count", 1: "impossible-count"},
    ),
    "what a small total is made of": (first(counts=FEW, rows=NOBODY), {0: "small-cell", 1: "small-cell"}),
    "small cell": (
        first(rows=[["cases", "AL-02", "all", "all", 4], ["cases", "AL-01", "all", "all", 20]]),
        {0: "small-cell"},
    ),
    "withheld without a rule": (
        first(rows=[["cases", "AL-02", "all", "all", None, "suppressed"], ["cases", "AL-01", "all", "all", 20]],
              suppression=None),
        {0: "contradiction"},
    ),
    "place that is not named": (
        first(rows=[["cases", "AL-0102", "all", "all", 7], ["cases", "AL-01", "all", "all", 20]]),
        {0: "unknown-place"},
    ),
    "row twice with two counts": (
        first(rows=[["cases", "AL-02", "all", "all", 7], ["cases", "AL-02", "all", "all", 8]]),
        {0: "duplicate-row", 1: "duplicate-row"},
    ),
    "age that ends before it begins": (
        first(rows=[["cases", "AL-02", "9-5", "all", 7], ["cases", "AL-01", "all", "all", 20]]),
        {0: "contradiction"},
    ),
    "rows that are none": (
        first(rows=[7, ["cases", "AL-02"], ["cases", "AL-01", "all", "all", None], ["cases", "AL-01", "all", "all", 20],
                    ["rumours", "AL-01", "all", "all", 20], ["cases", "AL-02", "all", "all", 7, "missing"]]),
        {0: "schema", 1: "schema", 2: "schema", 4: "schema", 5: "schema"},
    ),
}  # fmt: skip
