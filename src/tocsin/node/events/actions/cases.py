"""The line list: tables looked at and taken, cases typed in, changed and discarded. Each act keeps the figures."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import estimating
from tocsin.node.events.actions.changing import lock, note
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.places import require_ours
from tocsin.node.events.line_list import figures
from tocsin.node.events.line_list.previews import last_number, looked_at, outcome_of, read_table
from tocsin.node.events.line_list.reading import CASE_FIELDS, Reading, Row, machine_number
from tocsin.node.events.line_list.refusals import CaseChanged, CaseRefused, TableChanged
from tocsin.node.events.line_list.rules import REFUSED, across
from tocsin.node.events.line_list.tables import Cells
from tocsin.node.events.line_list.values import Bad, reader_of
from tocsin.node.events.models import CountsReport, Event, EventCase, LineListTable
from tocsin.node.events.refusals import ActRefused

__all__ = [
    "add_case", "cancel_table", "change_case", "discard_case", "forget_drafts", "read_anew", "receive_table",
    "report_from_line_list", "take_table",
]  # fmt: skip

A_DAY = timedelta(days=1)
WRITTEN = (*CASE_FIELDS, "table", "version", "changed_at", "changed_by")
TEXTS = ("local_id", "exposure", "infected_by")


def _lock(event: Event, *, by: Person) -> Event:
    check(by, Ability.READ_CASES)
    return lock(event, by=by, ability=Ability.WRITE_EVENTS)


def receive_table(event: Event, cells: Cells, *, name: str = "", by: Person) -> LineListTable:
    """Look at a table; nothing is taken before a person has seen what it would do."""
    check(by, Ability.READ_CASES)
    check(by, Ability.WRITE_EVENTS)
    cells = cells.without_persons()
    table = LineListTable(event=event, name=name[:200], digest=cells.digest, draft=cells.packed(), by=by)
    # Read before anything is locked: the list is compared again when it is taken.
    looked_at(table, read_table(table, cells))
    with transaction.atomic():
        table.event = _lock(event, by=by)
        forget_drafts()
        table.save(force_insert=True)
        audit.record("line-list.table_sent", table.event, by=by, table=table.pk, rows=table.rows)
    return table


@transaction.atomic
def read_anew(table: LineListTable, *, columns: Mapping[int, str], order: str, by: Person) -> LineListTable:
    """Look at it again under what a person says of its columns and dates."""
    table, cells = _waiting(table, by=by)
    table.asked = {"columns": {str(at): name for at, name in columns.items()}, "order": order}
    looked_at(table, read_table(table, cells))
    table.save()
    return table


@transaction.atomic
def take_table(table: LineListTable, *, by: Person) -> LineListTable:
    """Take all good rows. Raises TableChanged where the list has changed since the person looked."""
    table, cells = _waiting(table, by=by)
    agreed = outcome_of(table)
    found = read_table(table, cells)
    if found.days.order is None:
        raise ActRefused(_("Say first whether the day or the month comes first in its dates."))
    looked_at(table, found)
    if outcome_of(table) != agreed:
        raise TableChanged
    if not table.added + table.changed:
        raise ActRefused(_("No row of it says anything new; nothing was taken."))
    _write(table, found, by=by)
    _close(table, LineListTable.Status.TAKEN)
    figures.keep(table.event)
    estimating.ask(table.event)
    said = {"added": table.added, "changed": table.changed}
    note(table.event, "line_list", by=by, values=said)
    return table


def _write(table: LineListTable, found: Reading, *, by: Person) -> None:
    now = timezone.now()
    rows = [_case(table, row, by, now) for row in found.rows if row.before is None or row.changes]
    EventCase.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["event", "local_id"], update_fields=WRITTEN
    )


def _case(table: LineListTable, row: Row, by: Person, now: Any) -> EventCase:
    values = {**(row.before or {}), **row.given}
    version = values.pop("version", 0) + 1
    values["place_id"] = values.pop("place", None)
    return EventCase(
        event_id=table.event_id, local_id=row.local_id, table=table, version=version, changed_by=by, changed_at=now,
        **values,
    )  # fmt: skip


@transaction.atomic
def cancel_table(table: LineListTable, *, by: Person) -> LineListTable:
    """Take nothing of it; what it held is forgotten."""
    table, _cells = _waiting(table, by=by)
    _close(table, LineListTable.Status.CANCELLED)
    audit.record("line-list.table_cancelled", table.event, by=by, table=table.pk)
    return table


def _waiting(table: LineListTable, *, by: Person) -> tuple[LineListTable, Cells]:
    """The table locked, with its event, as long as nobody has decided."""
    event = _lock(table.event, by=by)
    table = LineListTable.objects.select_for_update(of=("self",)).select_related("by").get(pk=table.pk)
    table.event = event
    if table.status != LineListTable.Status.PREVIEWED or table.draft is None:
        raise ActRefused(_("This table was decided upon already, or has waited for more than a day; send it again."))
    return table, Cells.unpacked(bytes(table.draft))


def _close(table: LineListTable, status: str) -> None:
    table.status, table.draft = status, None
    # What it held is in the list now, or nowhere.
    table.preview = {name: table.preview[name] for name in ("same", "repeated", "by_rule", "days")}
    if status == LineListTable.Status.TAKEN:
        table.taken_at = timezone.now()
    else:
        table.problems = []
    table.save()


def forget_drafts() -> int:
    """Cancel what nobody has decided upon for a day; how many there were."""
    waiting = LineListTable.objects.filter(status="previewed", at__lt=timezone.now() - A_DAY)
    return waiting.update(status="cancelled", draft=None, problems=[], preview={})


@transaction.atomic
def add_case(event: Event, *, values: Mapping[str, Any], by: Person) -> EventCase:
    """Add one case; without a number it gets one. Raises CaseRefused."""
    event = _lock(event, by=by)
    values = dict(values)
    values["local_id"] = values.get("local_id") or machine_number(last_number(event) + 1)
    case = EventCase(event=event, changed_by=by)
    _fill(case, values)
    case.save(force_insert=True)
    _kept(case, by=by)
    audit.record("case.added", case, by=by, event=event.pk)
    return case


@transaction.atomic
def change_case(case: EventCase, *, values: Mapping[str, Any], version: int, by: Person) -> EventCase:
    """Change one case. Raises CaseChanged where somebody else did since the person looked, and CaseRefused."""
    case = _case_locked(case, version=version, by=by)
    before = {name: getattr(case, name) for name in values}
    _fill(case, values)
    fields = sorted(name for name, value in before.items() if getattr(case, name) != value)
    if fields:
        _saved(case, fields, by=by)
        audit.record("case.changed", case, by=by, event=case.event_id, fields=fields, version=case.version)
    return case


@transaction.atomic
def discard_case(case: EventCase, *, version: int, by: Person) -> EventCase:
    """Say that it is no case of this event after all; it stays in the list and in no figure but its own."""
    case = _case_locked(case, version=version, by=by)
    case.classification = EventCase.Classification.DISCARDED
    _saved(case, ["classification"], by=by)
    audit.record("case.discarded", case, by=by, event=case.event_id, version=case.version)
    return case


def _case_locked(case: EventCase, *, version: int, by: Person) -> EventCase:
    event = _lock(case.event, by=by)
    found = EventCase.objects.visible_to(by).select_related("changed_by").filter(event=event).get(pk=case.pk)
    found.event = event
    if found.version != version:
        raise CaseChanged(found)
    return found


def _saved(case: EventCase, fields: list[str], *, by: Person) -> None:
    case.version += 1
    case.changed_by, case.changed_at = by, timezone.now()
    case.save(update_fields=[*fields, "version", "changed_by", "changed_at"])
    _kept(case, by=by)


def _kept(case: EventCase, *, by: Person) -> None:
    event = case.event
    figures.keep(event)
    estimating.ask(event)
    Event.objects.filter(pk=event.pk).update(changed_at=timezone.now(), changed_by=by)


def _fill(case: EventCase, values: Mapping[str, Any]) -> None:
    """The values on the case, under the rules of tables. Raises CaseRefused with all that is wrong."""
    wrong: list[tuple[str, str]] = []
    for name, value in values.items():
        text = value.strip() if isinstance(value, str) and name in TEXTS else value
        setattr(case, name, text)
        if name in TEXTS and text:
            try:
                reader_of(name)(text)
            except Bad as bad:
                wrong.append((name, bad.rule))
    said = {name: getattr(case, name) for name in ("local_id", *CASE_FIELDS)}
    opened = case.event.opened_at.date()
    wrong += [(name, rule) for rule, name in across(said, today=timezone.localdate(), opened=opened) if rule in REFUSED]
    if case.age is not None and not 0 <= case.age <= 120:
        wrong.append(("age", "too_old"))
    if case.place is not None:
        require_ours(case.place)
    others = EventCase.objects.filter(event=case.event_id, local_id=case.local_id).exclude(pk=case.pk)
    if others.exists():
        raise ActRefused(_("The line list has a case of this number already: %(number)s.") % {"number": case.local_id})
    if wrong:
        raise CaseRefused(wrong)


@transaction.atomic
def report_from_line_list(event: Event, *, as_of: date, by: Person, version: int | None = None) -> CountsReport:
    """Say the event's counts as its line list has them."""
    event = _lock(event, by=by)
    if not event.curve:
        raise ActRefused(_("The line list is empty; there is nothing to count."))
    counts = figures.counts_of(event.curve)
    return report_counts(event, as_of=as_of, counts=counts, by=by, version=version, from_line_list=True)
