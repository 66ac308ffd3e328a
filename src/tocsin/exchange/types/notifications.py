"""`notification` 1: what a state tells its partners of an event, whole in each version. docs/exchange-types.md."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import Saying, say
from tocsin.exchange.types.breakdowns import check_counts, check_rows
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day, check_order, recorded_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.table_rules import disease_problem, place_problem
from tocsin.exchange.types.texts import check_text

__all__ = ["check_notification"]

QUESTIONS = ("serious", "unexpected", "spread", "restrictions")


def check_notification(document: Document, context: Context, found: Found) -> None:
    """Find what cannot be true of an event, and rows of its breakdown that cannot."""
    body = document.body
    _check_texts(body, found)
    for said, pointer in _contradictions(document):
        found.document("contradiction", said, pointer)
    _check_days(body, recorded_day(document, context), found)
    if body["disease"] is not None and (problem := disease_problem(body["disease"], context)):
        found.document(*problem, "/body/disease")
    _check_places(document, context, found)
    _check_laboratory(body["laboratory"], found)
    check_counts(body["counts"], found)
    if not found.whole:
        check_rows(document, context, found)


def _check_texts(body: Mapping[str, Any], found: Found) -> None:
    for name, text in body["texts"].items():
        check_text(text, f"/body/texts/{name}", found, paragraphs=True)
    check_text(body["contact"]["line"], "/body/contact/line", found)
    check_text(body["case_definition"]["version"], "/body/case_definition/version", found)
    for index, place in enumerate(body["places"]):
        for language, name in place["names"].items():
            check_text(name, f"/body/places/{index}/names/{language}", found)


def _contradictions(document: Document) -> list[tuple[Saying, str]]:
    body = document.body
    agent, who = body["agent"], body["who"]
    said = [*_of_status(document), *_of_merging(body), *_of_instrument(body["annex2"])]
    if not body["serial"].startswith(f"{document.origin}-"):
        said.append((say("serial-of-another", serial=body["serial"], origin=document.origin), "/body/serial"))
    if agent["confirmed"] and agent["kind"] == "unknown" and not agent["designation"]:
        said.append((say("agent-confirmed-unknown"), "/body/agent/confirmed"))
    if who["on"] is not None and who["notified"] != "yes":
        said.append((say("who-on-a-day"), "/body/who/on"))
    return said


def _of_status(document: Document) -> list[tuple[Saying, str]]:
    body, said = document.body, []
    status, stands = body["status"], body["status"] in ("notified", "updated")
    if (document.version == 1) != (status == "notified"):
        said.append((say("status-of-version", version=document.version, status=status), "/body/status"))
    if (status == "withdrawn") != (body["reason"] is not None):
        said.append((say("reason-and-status", status=status), "/body/reason"))
    if status == "closed" and body["response"] != "closed":
        said.append((say("closed-not-over"), "/body/response"))
    if body["verification"] == "refuted" and stands:
        said.append((say("refuted-but-stands"), "/body/verification"))
    if body["reason"] == "refuted" and body["verification"] != "refuted":
        said.append((say("not-refuted"), "/body/verification"))
    return said


def _of_merging(body: Mapping[str, Any]) -> list[tuple[Saying, str]]:
    into = body["merged_into"]
    if (body["reason"] == "merged") != (into is not None):
        return [(say("merged-into-what"), "/body/merged_into")]
    return [(say("merged-into-itself"), "/body/merged_into")] if into == body["event"] else []


def _of_instrument(annex2: Mapping[str, Any] | None) -> list[tuple[Saying, str]]:
    """Two answers of yes are to be notified, and what is not known is not a no: a state may say more, never less."""
    if annex2 is None or annex2["outcome"] in ("notify", "pending"):
        return []
    answers = [annex2[question] for question in QUESTIONS]
    open_ones = sum(answer in (None, "unknown") for answer in answers)
    denied = annex2["list"] == "always" or answers.count("yes") >= 2
    denied = denied or (annex2["outcome"] == "not_notifiable" and answers.count("yes") + open_ones >= 2)
    return [(say("outcome-denied", outcome=annex2["outcome"]), "/body/annex2/outcome")] if denied else []


def _check_days(body: Mapping[str, Any], today: date, found: Found) -> None:
    days = {name: _dated(body, name, today, found) for name in body["dates"]}
    for names in (("emergence", "detection", "authority_notified"), ("first_onset", "last_onset")):
        check_order([(f"/body/dates/{name}/on", days[name]) for name in names], found)
    check_day(body["counts"]["as_of"], "/body/counts/as_of", today, found)
    check_day(body["who"]["on"], "/body/who/on", today, found)
    for index, measure in enumerate(body["measures"]):
        until = today if measure["status"] == "taken" else None  # what is intended may begin later
        check_day(measure["since"], f"/body/measures/{index}/since", until, found)


def _dated(body: Mapping[str, Any], name: str, today: date, found: Found) -> date | None:
    one = body["dates"][name]
    return None if one is None else check_day(one["on"], f"/body/dates/{name}/on", today, found)


def _check_places(document: Document, context: Context, found: Found) -> None:
    seen: set[str] = set()
    for index, place in enumerate(document.body["places"]):
        pointer, code = f"/body/places/{index}/code", place["code"]
        if problem := place_problem(code, document.origin, context):
            found.document(*problem, pointer)
        if code in seen:
            found.document("contradiction", say("place-twice", place=code), pointer)
        seen.add(code)


def _check_laboratory(laboratory: Mapping[str, Any], found: Found) -> None:
    tested, positive, status = laboratory["tested"], laboratory["positive"], laboratory["status"]
    if tested is not None and positive is not None and positive > tested:
        said = say("above-another", text="positive", count=positive, whole="tested", total=tested)
        found.document("impossible-count", said, "/body/laboratory/positive")
    if status == "none" and tested:
        found.document("contradiction", say("tested-nothing", count=tested), "/body/laboratory/status")
    if status == "confirmed" and positive == 0:
        found.document("contradiction", say("confirmed-by-nothing"), "/body/laboratory/status")
    if status == "negative" and positive:
        found.document("contradiction", say("negative-but-positive", count=positive), "/body/laboratory/status")
