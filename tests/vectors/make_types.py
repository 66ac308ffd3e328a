"""Vectors of the types of documents: what of a body is not taken, and what of it is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.vectors.bodies import COLUMNS, CONTEXTS, EIGHT, ID, erasure, indicators, message, named, receipt, row
from tests.vectors.make_event_types import add_event_types
from tests.vectors.making import Vectors, document

from tocsin.exchange import suite
from tocsin.exchange.documents import Document

ZWNJ, RLO, TAG, SELECTOR = "\u200c", "\u202e", "\U000e0041", "\ufe0f"

Add = Callable[..., None]


def write_types(into: Path) -> None:
    vectors = Vectors("types", into)
    vectors.beside = {"contexts": CONTEXTS}

    def add(name: str, what: str, one: Document, found: Any = None, context: str = "a small state") -> None:
        """`found` is what is wrong with rows, or (code, pointer) of what is wrong with the document."""
        given = {"document": json.loads(one.encode()), "context": context}
        if isinstance(found, tuple):
            expected = {"ok": False, "code": found[0], "pointer": found[1]}
        else:
            expected = {"rows": {str(at): code for at, code in (found or {}).items()}}
        vectors.add(name, what, given, expected)

    _every_type(add)
    _messages(add)
    _receipts(add)
    _erasures(add)
    for some in (_counts, _totals, _periods, _labels, _tables, _units):
        some(add)
    add_event_types(add)
    vectors.write()


def _every_type(add: Add) -> None:
    add("unknown type", "is held", document(type="laboratory"), ("type-unknown", "/type"))
    add("later version", "is held", document(type="message", type_version=2), ("type-unknown", "/type"))
    to_all = {"classification": "PUBLIC"}
    add("public message", "never is", message(head=to_all), ("classification", "/classification"))
    add("no exercise", "its alliance is one", message(head={"exercise": False}), ("head-mismatch", "/exercise"))
    add(
        "no exercise, nobody knows",
        "what is not known is not checked",
        message(head={"exercise": False}),
        None,
        "nothing",
    )
    hidden = message(head={"source": f"lab{RLO}oratory"})
    add("source that turns around", "U+202E", hidden, ("bidi-control", "/source"))


def _messages(add: Add) -> None:
    add("message", "three scripts, paragraphs", message())
    about = [{"id": ID.replace("1", "9"), "origin": "BO"}]
    add("message about a document", "and in reply to one", message(about=about, in_reply_to=ID.replace("1", "8")))
    text = f"می{ZWNJ}خواهم, p < 0.05, a & b, ☎{SELECTOR}"
    add(
        "spelling",
        "a joiner between Persian letters, the selector of an emoji, signs that are no markup",
        message(text=text),
    )
    for name, what, changes, code, member in (
        ("no subject", "the schema asks for it", {"subject": ...}, "schema", ""),
        ("member more", "schemas are closed", {"html": ""}, "schema", ""),
        ("empty text", "nothing but white space", {"text": " \n"}, "schema", "/text"),
        ("subject of 201 characters", "at most 200", {"subject": "a" * 201}, "schema", "/subject"),
        (
            "reply to what is no identifier",
            "a UUID in small letters",
            {"in_reply_to": ID.upper()},
            "schema",
            "/in_reply_to",
        ),
        ("reply to itself", "cannot be", {"in_reply_to": ID}, "contradiction", "/in_reply_to"),
        ("subject of two lines", "it has one", {"subject": "a\nb"}, "bidi-control", "/subject"),
        ("text that turns around", "U+202E", {"text": f"a{RLO}b"}, "bidi-control", "/text"),
        ("joiner between Latin letters", "is no spelling", {"text": f"a{ZWNJ}b"}, "bidi-control", "/text"),
        ("selector of a letter", "is no spelling", {"text": f"a{SELECTOR}"}, "bidi-control", "/text"),
        ("letter of a tag", "nobody sees it", {"text": f"a{TAG}"}, "bidi-control", "/text"),
        ("carriage return", "a control character", {"text": "a\r\nb"}, "bidi-control", "/text"),
        ("tag", "< before a letter", {"text": "a <b>"}, "markup", "/text"),
        ("end of a tag", "< before /", {"text": "a </ b"}, "markup", "/text"),
        ("wide tag", "in the wide forms too", {"text": "＜ｂ＞"}, "markup", "/text"),
        ("character reference", "a careless reader decodes it", {"text": "&lt;b"}, "markup", "/text"),
        ("numbered reference", "a careless reader decodes it", {"text": "&#60;b"}, "markup", "/text"),
        ("script address", "in any case", {"text": "JavaScript: x"}, "markup", "/text"),
    ):
        add(f"message: {name}", what, message(**changes), (code, f"/body{member}"))


def _receipts(add: Add) -> None:
    add("receipt", "of one batch", receipt())
    add(
        "receipt of a later version's code",
        "codes are taken as they come",
        receipt(quarantined=[{"number": 18, "row": None, "code": "later-code"}]),
    )
    add(
        "receipt of two reasons",
        "one document may have several",
        receipt(quarantined=[{"number": 19, "row": None, "code": code} for code in ("markup", "bidi-control")]),
    )
    late = "2026-03-09T06:05:00Z"
    add("received 300 s after it was recorded", "clocks may differ", receipt(received_at=late))
    add(
        "receipt to others as well",
        "it goes to the origin alone",
        receipt(head={"addressees": ("BO", "CE")}),
        ("classification", "/addressees"),
    )
    add(
        "receipt to members",
        "it goes to the origin alone",
        receipt(head={"classification": "MEMBERS", "addressees": ()}),
        ("classification", "/classification"),
    )
    for name, what, changes, code, member in (
        (
            "audience that its origin cannot write to",
            "BO is no addressee of BO",
            {"stream": "to:BO"},
            "schema",
            "/stream",
        ),
        ("through 0", "numbers begin at 1", {"through": 0}, "schema", "/through"),
        ("manifest that is no digest", "43 characters", {"manifest": "x"}, "schema", "/manifest"),
        ("moment that is none", "29 February", {"received_at": "2026-02-29T06:00:00Z"}, "schema", "/received_at"),
        (
            "received 301 s later",
            "after it was recorded",
            {"received_at": "2026-03-09T06:05:01Z"},
            "contradiction",
            "/received_at",
        ),
        ("two fates", "document 17 is held and locked", {"locked": [17]}, "contradiction", "/locked"),
        ("number beyond", "document 21 is not of the batch", {"held": [21]}, "contradiction", "/through"),
        ("more than there are", "18 accepted and 3 not, of 20", {"accepted": 18}, "contradiction", "/accepted"),
    ):
        add(f"receipt: {name}", what, receipt(**changes), (code, f"/body{member}"))


def _erasures(add: Add) -> None:
    add("erasure", "of one document", erasure())
    add("erasure of an earlier epoch", "may be", erasure(named(epoch=1), named(epoch=2)))
    add(
        "erasure in another stream",
        "its own is that of members",
        erasure(named(stream="public")),
        ("classification", "/body/documents/0/stream"),
    )
    add(
        "erasure of a document twice",
        "each stands once",
        erasure(named(), named(digest=suite.digest(b"x"))),
        ("contradiction", "/body/documents/1"),
    )
    add("erasure of nothing", "one at least", erasure(documents=[]), ("schema", "/body/documents"))
    add("erasure without a known reason", "there are six", erasure(reason="politics"), ("schema", "/body/reason"))


def _counts(add: Add) -> None:
    rule = {"below": 5, "rule": "small-cells"}
    add(
        "counts",
        "a count, none, and two that are not given",
        indicators(
            row(),
            row(0, disease="measles"),
            row("missing", place="AL-02"),
            row("suppressed", place="AL"),
            suppression=rule,
        ),
    )
    for name, what, one, found in (
        ("below 0", "no count is", indicators(row(-1), row(place="AL-02")), {0: "impossible-count"}),
        (
            "above the population",
            "400,000 live there",
            indicators(row(400_001), row(place="AL-02")),
            {0: "impossible-count"},
        ),
        (
            "tests above the population",
            "a person may be tested twice",
            indicators(row(400_001, indicator="tests")),
            None,
        ),
        (
            "above the state's population",
            "that of its places together",
            indicators(row(1_000_001, place="AL")),
            {0: "impossible-count"},
        ),
        (
            "deaths above cases",
            "13 of 12",
            indicators(row(), row(13, indicator="deaths")),
            {0: "impossible-count", 1: "impossible-count"},
        ),
        (
            "deaths above cases, by event",
            "each by its own date",
            indicators(row(), row(13, indicator="deaths"), date_type="event"),
            None,
        ),
        (
            "detections above tests",
            "13 of 12",
            indicators(row(indicator="tests"), row(13, indicator="detections")),
            {0: "impossible-count", 1: "impossible-count"},
        ),
        (
            "small cell",
            "4, though those below 5 are withheld",
            indicators(row(4), row(5, place="AL-02"), suppression=rule),
            {0: "small-cell"},
        ),
        ("zero and a rule", "zeros are not withheld", indicators(row(0), suppression=rule), None),
        (
            "suppressed without a rule",
            "the document states none",
            indicators(row("suppressed"), row(place="AL-02")),
            {0: "contradiction"},
        ),
        ("a row twice", "with one count, the first is taken", indicators(row(), row()), {1: "duplicate-row"}),
        (
            "a row twice with two counts",
            "none is taken",
            indicators(row(), row(13)),
            {0: "duplicate-row", 1: "duplicate-row"},
        ),
    ):
        add(f"counts: {name}", what, one, found)


def _totals(add: Add) -> None:
    both = {0: "impossible-count", 1: "impossible-count"}
    all_three = both | {2: "impossible-count"}
    ages = (row(12), row(7, age="0-4"), row(5, age="5+"))
    for name, what, one, found in (
        ("ages", "7 and 5 of 12", indicators(*ages), None),
        ("ages above their total", "7 and 6 of 12", indicators(*ages[:2], row(6, age="5+")), all_three),
        (
            "age groups that overlap",
            "0-4 is in 0-14, and counts once",
            indicators(row(12), row(12, age="0-14"), row(12, age="0-4")),
            None,
        ),
        (
            "unknown age",
            "is beside the others",
            indicators(row(12), row(7, age="0-4"), row(6, age="unknown")),
            all_three,
        ),
        ("sexes above their total", "13 of 12", indicators(row(12), row(13, sex="female")), both),
        (
            "a part withheld",
            "counts as 0",
            indicators(row(12), row(12, sex="female"), row("missing", sex="male")),
            None,
        ),
        (
            "places above the state",
            "7 and 6 of 12",
            indicators(row(12, place="AL"), row(7), row(6, place="AL-02")),
            all_three,
        ),
        (
            "districts above the state",
            "their region is not there",
            indicators(row(12, place="AL"), row(13, place="AL-0101")),
            both,
        ),
        ("crossing above its region", "is no part of it", indicators(row(12), row(13, place="AL-01-X")), None),
    ):
        add(f"totals: {name}", what, one, found)
    unknown = indicators(row(12), row(13, place="AL-0101"))
    add("totals: places that nobody knows", "are not checked", unknown, None, "nothing")


def _periods(add: Add) -> None:
    def periods(name: str, what: str, one: Document, found: Any) -> None:
        add(f"periods: {name}", what, one, found)

    until = {"reported_until": "2026-03-08"}
    periods(
        "week that has not ended",
        "it ends on the 15th",
        indicators(row(week="2026-03-09"), row()),
        {0: "future-period"},
    )
    before = indicators(row(), row(week="2026-02-23"), reported_until="2026-03-07")
    periods("week beyond what is reported", "reports end on Saturday", before, {0: "future-period"})
    periods("Tuesday", "weeks begin on Mondays here", indicators(row(week="2026-03-03"), row()), {0: "period-invalid"})
    periods(
        "Sunday", "where weeks begin on Sundays", indicators(row(week="2026-03-01"), first_day="sunday", **until), None
    )
    periods("no day", "30 February", indicators(row(week="2026-02-30"), row()), {0: "period-invalid"})
    no_day = indicators(reported_until="2026-02-30")
    periods("reports until no day", "30 February", no_day, ("period-invalid", "/body/reported_until"))
    future = indicators(reported_until="2026-03-11")
    periods(
        "reports of the future", "of Wednesday, recorded on Monday", future, ("future-period", "/body/reported_until")
    )
    east = indicators(reported_until="2026-03-09")
    periods("reports of today", "may be", east, None)
    later = indicators(reported_until="2026-03-11", head={"recorded_at": datetime(2026, 3, 11, 12, tzinfo=UTC)})
    periods("recorded after now", "is taken as now", later, ("future-period", "/body/reported_until"))


def _labels(add: Add) -> None:
    for name, what, one, found in (
        ("unknown disease", "is not in the list", indicators(row(disease="plague"), row()), {0: "unknown-disease"}),
        ("unknown place", "is not one of AL", indicators(row(place="BO-01"), row()), {0: "unknown-place"}),
        ("the state itself", "is a place", indicators(row(place="AL")), None),
        ("age that ends before it begins", "9-5", indicators(row(age="9-5"), row()), {0: "contradiction"}),
    ):
        add(f"labels: {name}", what, one, found)
    unknown = indicators(row(disease="plague", place="BO-01"))
    add("labels: nothing known", "what is not known is not checked", unknown, None, "nothing")


def _tables(add: Add) -> None:
    def table(name: str, what: str, one: Document, found: Any) -> None:
        add(f"tables: {name}", what, one, found)

    table(
        "flag beside a count",
        "a row that does not follow its schema",
        indicators([*row(), "missing"], row()),
        {0: "schema"},
    )
    table(
        "null without a flag",
        "a row that does not follow its schema",
        indicators([*row()[:6], None], row()),
        {0: "schema"},
    )
    table(
        "unknown indicator",
        "a row that does not follow its schema",
        indicators(row(indicator="rumours"), row()),
        {0: "schema"},
    )
    table("row that is none", "a row that does not follow its schema", indicators({}, row()), {0: "schema"})
    table("no rows", "one at least", indicators(rows=[]), ("schema", "/body/rows"))
    table(
        "columns in another order",
        "they are as they are",
        indicators(columns=COLUMNS[::-1]),
        ("schema", "/body/columns"),
    )
    table("member more", "schemas are closed", indicators(comment=""), ("schema", "/body"))
    table(
        "rule below 1",
        "there is nothing to withhold",
        indicators(suppression={"below": 1, "rule": "national"}),
        ("schema", "/body/suppression"),
    )
    table("note with markup", "texts are plain", indicators(note="<b>"), ("markup", "/body/note"))
    groups = [row(0, age=f"{first}-{last}") for first in range(1, 3) for last in range(50, 126)]
    table("152 age groups", "at most 150", indicators(*groups), ("too-large", "/body/rows"))


def _units(add: Add) -> None:
    def units(name: str, what: str, one: Document, switched: bool, context: str) -> None:
        rows = {str(at): "unit-switched" for at in range(len(one.body["rows"]))} if switched else None
        add(f"units: {name}", what, one, rows, context)

    units("as before", "40 and 60 a week", indicators(row(41), row(59, place="AL-02")), False, "its past")
    thousand = indicators(row(40_000), row(60_000, place="AL-02"))
    units("a thousand times", "in both places", thousand, True, "its past")
    units("one place explodes", "the other does not", indicators(row(4_500), row(59, place="AL-02")), False, "its past")
    units("a thousandth", "in both places", indicators(row(0), row(1, place="AL-02")), True, "a high past")
    units("no past", "nothing to set it against", thousand, False, "a small state")
    rates = indicators(*(row(100, place=place) for place in EIGHT))
    units("rates per 100,000", "the change follows the population", rates, True, "eight places")
    as_before = indicators(*(row(people // 1_000, place=place) for place, people in EIGHT.items()))
    units("eight places as before", "counts as they were", as_before, False, "eight places")
