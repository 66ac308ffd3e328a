"""`decision` 1: one act of one state about a decision of several. docs/exchange-types.md."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.acts import check_act, check_moment_read, check_paragraph, check_paragraphs, check_titles
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["EITHER", "MACHINES", "OPENING", "OWNERS", "check_decision"]

OPENING = "propose"
OWNERS = frozenset({
    "consider", "silence", "call", "reconsider", "adopt", "not_agreed", "withdraw", "lapse", "enter_force", "implement",
    "revoke", "leave_out", "bring_back", "assign_measure", "extend_measure", "reassign_measure",
})  # fmt: skip
MACHINES = frozenset({"received", "call"})
EITHER = frozenset({"order", "adopt", "enter_force", "leave_out", "bring_back"})
TEXTS = ("text", "note", "reason", "declaration")  # of any act, in paragraphs


def check_decision(document: Document, context: Context, found: Found) -> None:
    """Find an act that cannot stand where it says, and what cannot be in what it says."""
    body = document.body
    check_act(document, found, opening=OPENING, owners=OWNERS, machines=MACHINES, either=EITHER)
    said = body["said"]
    for name in TEXTS:
        if isinstance(said.get(name), str):
            check_text(said[name], f"/body/said/{name}", found, paragraphs=True)
    if check := CHECKS.get(body["act"]):
        check(said, document, found)


def _proposed(said: Mapping[str, Any], document: Document, found: Found) -> None:
    check_titles(said["title"], "/body/said/title", found)
    check_paragraphs(said["text"], "/body/said/text", found)
    _check_measures(said["measures"], found)
    _check_duties(said["duties"], found)
    _check_in_force(said["in_force"], found)
    if said["amends"] == document.body["object"]:
        found.document("contradiction", say("about-itself"), "/body/said/amends")


def _check_in_force(in_force: Mapping[str, Any], found: Found) -> None:
    if (in_force["when"] == "on") != (in_force["on"] is not None):
        found.document("contradiction", say("in-force-and-day"), "/body/said/in_force/on")
    check_day(in_force["on"], "/body/said/in_force/on", None, found)


def _considered(said: Mapping[str, Any], document: Document, found: Found) -> None:
    check_moment_read(said["until"], "/body/said/until", found, name="until")


def _amended(said: Mapping[str, Any], document: Document, found: Found) -> None:
    if not said["changes"] and said["measures"] is None and said["duties"] is None:
        found.document("contradiction", say("amends-nothing"), "/body/said/changes")
    for index, one in enumerate(said["changes"]):
        pointer = f"/body/said/changes/{index}/to"
        if one["to"] is not None:
            check_paragraph(one["to"], pointer, found)
            if one["to"]["id"] != one["paragraph"]:
                found.document("contradiction", say("change-of-another", paragraph=one["paragraph"]), f"{pointer}/id")
    _check_measures(said["measures"] or (), found)
    _check_duties(said["duties"] or (), found)


def _translated(said: Mapping[str, Any], document: Document, found: Found) -> None:
    for words in said["texts"].values():
        check_text(words, "/body/said/texts", found, paragraphs=True)


def _adopted(said: Mapping[str, Any], document: Document, found: Found) -> None:
    seen: set[str] = set()
    for index, one in enumerate(said["states"]):
        pointer = f"/body/said/states/{index}"
        if one["state"] in seen:
            found.document("contradiction", say("state-twice", state=one["state"]), f"{pointer}/state")
        seen.add(one["state"])
        asked = 2 if one["by"] == "silence" else 1  # a receipt that began it, and one that answered the call
        if len(one["acts"]) != asked:
            values = {"state": one["state"], "count": len(one["acts"]), "total": asked}
            found.document("contradiction", say("acts-cited", **values), f"{pointer}/acts")


def _revoked(said: Mapping[str, Any], document: Document, found: Found) -> None:
    if said["by"] == document.body["object"]:
        found.document("contradiction", say("about-itself"), "/body/said/by")


def _measure_assigned(said: Mapping[str, Any], document: Document, found: Found) -> None:
    _check_measure(said["measure"], "/body/said/measure", found)


def _measure_extended(said: Mapping[str, Any], document: Document, found: Found) -> None:
    check_day(said["deadline"], "/body/said/deadline", None, found)


def _measure_reported(said: Mapping[str, Any], document: Document, found: Found) -> None:
    for index, one in enumerate(said["evidence"]):
        check_text(one["title"], f"/body/said/evidence/{index}/title", found)
        check_text(one["link"], f"/body/said/evidence/{index}/link", found)


def _check_measures(measures: Sequence[Mapping[str, Any]], found: Found) -> None:
    seen: set[str] = set()
    for index, one in enumerate(measures):
        pointer = f"/body/said/measures/{index}"
        _check_measure(one, pointer, found)
        if one["id"] in seen:
            found.document("contradiction", say("measure-twice", measure=one["id"]), f"{pointer}/id")
        seen.add(one["id"])


def _check_measure(measure: Mapping[str, Any], pointer: str, found: Found) -> None:
    check_titles(measure["title"], f"{pointer}/title", found)
    check_text(measure["evidence"], f"{pointer}/evidence", found, paragraphs=True)
    check_day(measure["deadline"], f"{pointer}/deadline", None, found)
    for index, one in enumerate(measure["links"]):
        check_text(one["text"], f"{pointer}/links/{index}/text", found)
        if (one["origin"] is None) != (one["id"] is None):
            found.document("contradiction", say("link-in-part"), f"{pointer}/links/{index}/id")


def _check_duties(duties: Sequence[Mapping[str, Any]], found: Found) -> None:
    seen: set[str] = set()
    for index, one in enumerate(duties):
        pointer = f"/body/said/duties/{index}"
        check_titles(one["title"], f"{pointer}/title", found)
        if one["id"] in seen:
            found.document("contradiction", say("duty-twice", duty=one["id"]), f"{pointer}/id")
        seen.add(one["id"])


CHECKS: Mapping[str, Callable[[Mapping[str, Any], Document, Found], None]] = {
    "propose": _proposed,
    "consider": _considered,
    "amend": _amended,
    "translate": _translated,
    "adopt": _adopted,
    "revoke": _revoked,
    "assign_measure": _measure_assigned,
    "extend_measure": _measure_extended,
    "report_measure": _measure_reported,
    "finish_measure": _measure_reported,
}
