"""What every exported table of surveillance carries, and the audit of its export."""

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND, MayBeExercise, is_exercise
from tocsin.node.exports.columns import Column
from tocsin.node.exports.tables import refusal
from tocsin.node.surveillance.models import Source

__all__ = ["MARKS", "audited", "frame", "marks", "not_to_be_passed_on", "shared_frame"]

MARKS = (
    Column("shared_by", gettext_lazy("shared by, code"), "text"),
    Column("classification", gettext_lazy("shared as"), "text"),
)


def frame(record: MayBeExercise | None = None) -> dict[str, Any]:
    """Arguments of a Table: how it is classified, and that it, or the record that it is of, is an exercise."""
    invented = here().is_exercise if record is None else is_exercise(record)
    return {"classification": _("NATIONAL"), "exercise": BAND if invented else ""}


def shared_frame(source: Source) -> dict[str, Any]:
    """The same of what a partner shares: as narrowly as it said, and by its name."""
    said = _("%(classification)s · shared by %(state)s") % {
        "classification": source.classification, "state": source.shared_by,
    }  # fmt: skip
    return {**frame(), "classification": said}


def marks(source: Source) -> tuple[str, str]:
    """What every row says of it, since a file of separated values has no other place for it: see MARKS."""
    return source.shared_by_id or "", source.classification


def not_to_be_passed_on() -> HttpResponse:
    """The answer where a file is asked for of what its owner shared with this state alone."""
    return refusal(
        _("Its owner shared it with chosen states alone, or not to be passed on: it is read here, and no file is made.")
    )


@transaction.atomic
def audited(
    request: HttpRequest, act: str, response: HttpResponse, target: models.Model | None = None, **details: Any
) -> HttpResponse:
    """The download, put on record with its filters as it begins; a refusal is none."""
    if response.status_code == 200:
        asked = {name: request.GET.getlist(name) for name in request.GET if request.GET[name]}
        audit.record(act, target, by=request.user, filters=asked, **details)
    return response
