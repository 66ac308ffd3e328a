"""`transfer` 1: one act on the transfer of a patient from one hospital to another. docs/exchange-types.md."""

from collections.abc import Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.acts import check_act, check_moment_read
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.parties import check_hospitals, check_not_passed_on, check_speaker
from tocsin.exchange.types.texts import check_text

__all__ = ["EITHER", "MACHINES", "OPENING", "OWNERS", "check_transfer"]

OPENING = "request"
OWNERS = frozenset({"supplement", "cancel", "consent", "lapse", "depart"})
MACHINES = frozenset({"lapse"})
EITHER = frozenset({"order"})
SAID = "/body/said"


def check_transfer(document: Document, context: Context, found: Found) -> None:
    """Find an act that cannot stand where it says, and what cannot be in what it says."""
    body = document.body
    check_act(document, found, opening=OPENING, owners=OWNERS, machines=MACHINES, either=EITHER)
    check_not_passed_on(document, found)
    said: Mapping[str, Any] = body["said"]
    if "as" in said:
        check_speaker(document, said["as"], f"{SAID}/as", found)
    if "to" in said:
        check_hospitals(document, [said["to"]], f"{SAID}/to", found)
    if isinstance(said.get("reason"), str):
        check_text(said["reason"], f"{SAID}/reason", found, paragraphs=True)
    if body["act"] == "consent" and said["on"] is not None:
        check_day(said["on"], f"{SAID}/on", None, found)
    if "consent" in said and said["consent"]["on"] is not None:
        check_day(said["consent"]["on"], f"{SAID}/consent/on", None, found)
    for name in ("ready_at", "until"):
        if name in said:
            check_moment_read(said[name], f"{SAID}/{name}", found, name=name)
