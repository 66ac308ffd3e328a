"""Words of transfers for people: acts as the page names them, which reasons may be given."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

__all__ = ["ACTS", "CANCEL_REASONS", "DECLINE_REASONS"]

ACTS: Mapping[str, Any] = {
    "request": pgettext_lazy("in a transfer", "asked for a bed"),
    "supplement": pgettext_lazy("in a transfer", "added something"),
    "name_team": pgettext_lazy("in a transfer", "said who of the hospital has the transfer"),
    "accept": pgettext_lazy("in a transfer", "has a bed"),
    "take_back": pgettext_lazy("in a transfer", "took the bed back"),
    "decline": pgettext_lazy("in a transfer", "cannot take the patient"),
    "cancel": pgettext_lazy("in a transfer", "does not ask any longer"),
    "consent": pgettext_lazy("in a transfer", "put on record whether the patient agrees"),
    "depart": pgettext_lazy("in a transfer", "the patient has left"),
    "arrive": pgettext_lazy("in a transfer", "the patient is there"),
    "sign": pgettext_lazy("in a transfer", "signed the hand-over"),
    "end": pgettext_lazy("in a transfer", "told what became of the patient"),
    "message": pgettext_lazy("in a transfer", "writes"),
    "lapse": pgettext_lazy("in a transfer", "its time was over"),
}
# Codes of the vocabulary `decline_reason`, as far as they are reasons here.
DECLINE_REASONS = (
    "no_bed", "no_service", "not_my_field", "too_unstable", "not_indicated", "language", "conflict", "other",
)  # fmt: skip
CANCEL_REASONS = ("not_indicated", "too_unstable", "other")
