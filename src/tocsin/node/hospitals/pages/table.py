"""The directory as a table to take along: a row a hospital and line of service."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine
from tocsin.node.hospitals.naming import in_active
from tocsin.node.hospitals.pages.finding import found_hospitals
from tocsin.node.hospitals.words import language, specialty
from tocsin.node.language.formats import enumerated

__all__ = ["hospitals_table"]

AT_ONCE = 500
COLUMNS = (
    Column("state", pgettext_lazy("country", "state")),
    Column("hospital", gettext_lazy("hospital")),
    Column("name_en", gettext_lazy("name in English")),
    Column("name_ru", gettext_lazy("name in Russian")),
    Column("name_zh", gettext_lazy("name in Chinese")),
    Column("status", gettext_lazy("status")),
    Column("place", gettext_lazy("town or district")),
    Column("address", gettext_lazy("address")),
    Column("time_zone", gettext_lazy("time zone")),
    Column("languages", gettext_lazy("languages")),
    Column("contact", gettext_lazy("contact")),
    Column("clinicians", gettext_lazy("clinicians who may be asked"), Kind.WHOLE),
    Column("specialty", gettext_lazy("specialty")),
    Column("service", pgettext_lazy("service", "how far it works")),
    Column("reason", pgettext_lazy("hospital", "reason")),
    Column("since", pgettext_lazy("hospital", "since"), Kind.DATE),
)


def hospitals_table(person: Person, asked: Mapping[str, Any], *, at: datetime) -> Table:
    """By the same filters as the page."""
    return Table(
        title=_("Hospitals of the alliance"), columns=COLUMNS,
        rows=_rows(list(found_hospitals(person, asked, at=at))),
        notes=[_("As this node knew it when the table was made; hospitals speak for themselves.")],
        classification=_("For the members of the alliance"), filename="hospitals",
        exercise=BAND if here().is_exercise else "",
    )  # fmt: skip


def _rows(found: list[Hospital]) -> Iterator[tuple[Any, ...]]:
    known = names({one.origin for one in found})
    for first in range(0, len(found), AT_ONCE):
        piece = found[first : first + AT_ONCE]
        lines, people = _lines(piece), _people(piece)
        for row in piece:
            said = _said(row, known[row.origin], people.get(row.pk, 0))
            for line in lines.get(row.pk) or [None]:
                yield (*said, *_line(line))


def _said(row: Hospital, state: str, people: int) -> tuple[Any, ...]:
    given = [row.names.get(short, "") for short in ("en", "ru", "zh")]
    return (
        state, in_active(row.names), *given, row.get_status_display(), in_active(row.place_names), row.address,
        row.time_zone, enumerated(language(one) for one in row.languages), row.contact, people,
    )  # fmt: skip


def _line(line: ServiceLine | None) -> tuple[Any, ...]:
    if line is None:
        return None, None, None, None
    return specialty(line.specialty), line.get_status_display(), line.reason, line.since


def _lines(piece: Iterable[Hospital]) -> dict[Any, list[ServiceLine]]:
    found: dict[Any, list[ServiceLine]] = {}
    for line in ServiceLine.objects.filter(hospital__in=piece).order_by("specialty"):
        found.setdefault(line.hospital_id, []).append(line)
    return found


def _people(piece: Iterable[Hospital]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for key in Clinician.objects.working().filter(hospital__in=piece).values_list("hospital_id", flat=True):
        found[key] = found.get(key, 0) + 1
    return found
