"""`consultation` 1: one act on a consultation between hospitals. docs/exchange-types.md."""

from collections.abc import Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.types.acts import check_act
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.parties import check_hospitals, check_not_passed_on, check_speaker
from tocsin.exchange.types.texts import check_text

__all__ = ["EITHER", "MACHINES", "OPENING", "OWNERS", "check_consultation"]

OPENING = "submit"
OWNERS = frozenset({
    "resubmit", "supplement", "reply", "name_team", "consent", "withdraw", "expire", "acknowledge", "ask_follow_up",
    "follow_up", "close", "reopen",
})  # fmt: skip
MACHINES = frozenset({"expire", "ask_follow_up"})
EITHER = frozenset({"order", "allocate"})  # a hospital's rules may give a case to an expert
SAID = "/body/said"


def check_consultation(document: Document, context: Context, found: Found) -> None:
    """Find an act that cannot stand where it says, and what cannot be in what it says."""
    body = document.body
    check_act(document, found, opening=OPENING, owners=OWNERS, machines=MACHINES, either=EITHER)
    check_not_passed_on(document, found)
    said: Mapping[str, Any] = body["said"]
    if "as" in said:
        check_speaker(document, said["as"], f"{SAID}/as", found)
    if "asked" in said:
        check_hospitals(document, said["asked"], f"{SAID}/asked", found)
    if isinstance(said.get("reason"), str):
        check_text(said["reason"], f"{SAID}/reason", found, paragraphs=True)
    if "follow_up_on" in said:
        check_day(said["follow_up_on"], f"{SAID}/follow_up_on", None, found)
    if body["act"] == "consent" and said["on"] is not None:
        check_day(said["on"], f"{SAID}/on", None, found)
    for kind, one in said["consent"].items() if "consent" in said else ():
        if one["on"] is not None:
            check_day(one["on"], f"{SAID}/consent/{kind}/on", None, found)
