"""What documents about events may well say, though it is unusual."""

from tests.exchange.specimens import EARLIER, ID
from tests.exchange.types.nonsense import BOTH, FEW, LEG, NOBODY, annex2, measure, on
from tests.exchange.types.notified import LATER, SEALED, full, later, traveller
from tests.exchange.types.notified import notification as first

from tocsin.exchange.documents import Document

UNUSUAL: dict[str, Document] = {
    "a case of plague": first(counts=FEW | {"confirmed": 1, "suspected": 0, "deaths": 1}, rows=[]),
    "what a small total is made of, by a state that withholds nothing": first(
        counts=FEW, rows=NOBODY, suppression=None
    ),
    "counts of which some are not known": first(counts={"probable": None, "deaths": 9_000}, rows=[]),
    "confirmed cases above positive samples": first(counts={"confirmed": 30}, rows=[]),
    "an emergence after the first onset": first(dates={"first_onset": on("2026-01-02")}),
    "an outcome graver than the answers": first(annex2=annex2("no", "no", "no", "no", outcome="notify")),
    "one yes and the others no": first(annex2=annex2("yes", "no", "no", "no", outcome="not_notifiable")),
    "one yes and the others not known, monitored": first(
        annex2=annex2("yes", "unknown", "unknown", None, outcome="monitor")
    ),
    "the day on which it was recorded": first(counts={"as_of": "2026-03-09"}),
    "a measure intended for next year": first(measures=measure(status="intended", since="2027-01-01")),
    "a second version": later(),
    "a closed event": later(status="closed", response="closed"),
    "a refuted event that is closed": later(status="closed", response="closed", verification="refuted"),
    "an event that was reopened": later(response="reopened"),
    "withdrawn as refuted": later(status="withdrawn", reason="refuted", verification="refuted"),
    "withdrawn as an error": later(status="withdrawn", reason="error"),
    "withdrawn as refuted, by an error": later(status="withdrawn", reason="error", verification="refuted"),
    "merged": later(status="withdrawn", reason="merged", merged_into=ID),
    "for everybody": first(head={"classification": "PUBLIC"}),
    "for one state": first(head={"classification": "SELECTIVE", "addressees": ("BO",)}),
    "deaths of a place that has no row of cases": first(
        counts={"deaths": 9}, rows=[["deaths", "AL-02", "all", "all", 9]]
    ),
    "an answer to two states that asked": full("verification-answer", head=BOTH),
    "a second answer": full("verification-answer", head=LATER, standing="refuted", notification=None),
    "a question to two states": full("verification-request", head=BOTH),
    "a translation of another state's text": full("translation", of={"id": EARLIER, "origin": "BO", "version": 1}),
    "all texts translated": full("translation", texts={"questions": ["a", ""], "subject": "a", "text": "a\n\nb"}),
    "received 300 s after it was recorded": full("acknowledgement", at="2026-03-09T06:05:00Z"),
    "an arrival before the departure by the clocks of both places": traveller(
        conveyances=[LEG | {"departed": "2026-03-08T10:00", "arrived": "2026-03-07T14:00"}]
    ),
    "a journey of which the days are known": traveller(
        conveyances=[LEG | {"departed": "2026-03-07", "arrived": "2026-03-07"}]
    ),
    "a contact who has not left yet": traveller(
        classification="contact",
        onset=None,
        conveyances=[LEG | {"departed": "2026-03-12T08:00", "arrived": None}],
    ),
    "a later version with what became of it": traveller(head=LATER, outcome=["found", "isolated"]),
    "a person not found": full("traveller-answer", found="no", outcome=["not_arrived"], contacts_found=None),
    "a drill for one state": full("drill", head=SEALED),
}
