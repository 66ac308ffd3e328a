"""Rows of a partner's documents that are in no series of a source, told on the page of that source."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.models import PartnerDocument, PartnerSource
from tocsin.node.language.formats import enumerated, whole
from tocsin.node.post.models import Entry
from tocsin.node.post.pages.codes import code_named
from tocsin.node.post.pages.kept_apart import plain
from tocsin.node.surveillance.models import Source
from tocsin.node.surveillance.pages.unused_rows import Unused, UnusedRows

__all__ = ["unused_of"]

SHOWN = 10  # documents
Counts = Mapping[str, Mapping[str, Any]]


def unused_of(source: Source, person: Person) -> UnusedRows:
    """Of the documents of its kind that stand, the newest first."""
    kind = PartnerSource.objects.get(source=source)
    same = PartnerDocument.objects.visible_to(person).standing().filter(
        state=kind.state_id, date_type=kind.date_type, first_day=kind.first_day, case_status=kind.case_status,
    ).exclude(unused={})  # fmt: skip
    told = [(one, _of(one.unused, kind.indicator)) for one in same.defer("note", "provenance")]
    mine = [(one, counts) for one, counts in told if counts]
    links = _links([one for one, _counts in mine[:SHOWN]], person)
    documents = [_unused(one, counts, links.get(one.pk, "")) for one, counts in mine[:SHOWN]]
    return UnusedRows(
        sum(_apart(counts) for _one, counts in mine), sum(_unusable(counts) for _one, counts in mine), documents,
        len(mine) - len(documents),
    )  # fmt: skip


def _of(unused: Mapping[str, Counts], indicator: str) -> list[Counts]:
    """What concerns an indicator: its own rows, and those of which nobody can tell which they are of."""
    return [unused[name] for name in (indicator, "") if name in unused]


def _apart(counts: Sequence[Counts]) -> int:
    return sum(sum(one["apart"].values()) for one in counts)


def _unusable(counts: Sequence[Counts]) -> int:
    return sum(rows for one in counts for rows, _names in one["unusable"].values())


def _links(documents: Sequence[PartnerDocument], person: Person) -> dict[Any, str]:
    """Where it is said row by row what is wrong, for those who see the exchange."""
    if not person.may(Ability.READ_EXCHANGE):
        return {}
    keys = {str(one.pk): one.pk for one in documents}
    rows = Entry.objects.visible_to(person).filter(document_id__in=list(keys), has_reasons=True, stands=True)
    return {
        keys[document]: reverse("kept_apart_document", args=[row])
        for row, document in rows.values_list("pk", "document_id")
    }


def _unused(one: PartnerDocument, counts: Sequence[Counts], link: str) -> Unused:
    whys = [
        _("%(why)s: %(n)s") % {"why": code_named(code) if code else _("kept apart"), "n": whole(rows)}
        for each in counts
        for code, rows in each["apart"].items()
    ]
    reasons = [_reason(why, *said) for each in counts for why, said in each["unusable"].items()]
    return Unused(one.recorded_at, one.rows, _apart(counts), whys, link, _unusable(counts), reasons)


def _reason(why: str, rows: int, names: Sequence[str]) -> str:
    values = {"n": whole(rows), "names": plain(enumerated(names))}
    if why == "unknown-place":
        return ngettext(
            "%(n)s row of a place that this node does not know: %(names)s",
            "%(n)s rows of places that this node does not know: %(names)s", rows,
        ) % values  # fmt: skip
    if why == "unknown-disease":
        return ngettext(
            "%(n)s row of a disease that this node does not know: %(names)s",
            "%(n)s rows of diseases that this node does not know: %(names)s", rows,
        ) % values  # fmt: skip
    return ngettext(
        "%(n)s row with a week or a count that no series can hold",
        "%(n)s rows with a week or a count that no series can hold", rows,
    ) % values  # fmt: skip
