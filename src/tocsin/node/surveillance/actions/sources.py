"""Setting up sources, changing how they are read and screened, and saying when their counts changed meaning."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Source, SourceBreak

__all__ = ["AlreadyBroken", "add_break", "add_source", "change_source", "remove_break", "switch_source"]


class AlreadyBroken(ValueError):
    """The source has a break on that day; the earlier one is in `earlier`."""

    def __init__(self, earlier: SourceBreak) -> None:
        super().__init__(f"a break on {earlier.starts_on} is there already: {earlier.what}")
        self.earlier = earlier


@transaction.atomic
def add_source(source: Source, *, by: Person | None) -> Source:
    """Set up a source that was made and checked but not saved."""
    check(by, Ability.MANAGE_SOURCES)
    source.save(force_insert=True)
    audit.record("source.added", source, by=by, organisation=str(source.organisation), place=source.place.code)
    return source


@transaction.atomic
def change_source(source: Source, fields: dict[str, Any], *, by: Person | None) -> list[str]:
    """Give fields other values. Returns the names of those that changed; what was before is in the audit."""
    check(by, Ability.MANAGE_SOURCES)
    now = Source.objects.select_for_update().get(pk=source.pk)
    changed = {name: getattr(now, name) for name, value in fields.items() if getattr(now, name) != value}
    for name in changed:
        setattr(now, name, fields[name])
    if changed:
        now.save(update_fields=list(changed))
        audit.record("source.changed", now, by=by, **{name: f"{old} → {fields[name]}" for name, old in changed.items()})
    return list(changed)


@transaction.atomic
def switch_source(source: Source, *, on: bool, by: Person | None) -> None:
    """A source that is off is neither expected nor screened; its counts and signals stay."""
    check(by, Ability.MANAGE_SOURCES)
    now = Source.objects.select_for_update().get(pk=source.pk)
    if now.is_on != on:
        now.is_on = on
        now.save(update_fields=["is_on"])
        audit.record("source.switched_on" if on else "source.switched_off", now, by=by)


@transaction.atomic
def add_break(
    source: Source, *, starts_on: date, what: str, case_definition: str = "", by: Person | None
) -> SourceBreak:
    """From `starts_on` counts mean something else. Raises AlreadyBroken."""
    check(by, Ability.MANAGE_SOURCES)
    try:
        with transaction.atomic():
            made = SourceBreak.objects.create(
                source=source, starts_on=starts_on, what=what, case_definition=case_definition
            )
    except IntegrityError:
        raise AlreadyBroken(SourceBreak.objects.get(source=source, starts_on=starts_on)) from None
    audit.record("source.break_added", source, by=by, starts_on=starts_on, what=what)
    return made


@transaction.atomic
def remove_break(broken: SourceBreak, *, by: Person | None) -> None:
    check(by, Ability.MANAGE_SOURCES)
    audit.record("source.break_removed", broken.source, by=by, starts_on=broken.starts_on, what=broken.what)
    broken.delete()
