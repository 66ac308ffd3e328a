"""What states could send, by their registers: ours, which is kept here, and those that partners have shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.assistance.catalogue import catalogue
from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.assistance.forms.filters import KINDS
from tocsin.node.assistance.models import Capability, Register
from tocsin.node.assistance.pages.quantities import inside, quantity
from tocsin.node.assistance.pages.said import place_name
from tocsin.node.assistance.words import in_active
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.language.formats import enumerated, long_date, phrases, whole
from tocsin.node.notifications.pages.pieces import language_name
from tocsin.node.notifications.pages.rendered import Head, audience

__all__ = ["EntryRow", "Shared", "found_entries", "register_page", "rows_of", "shared_last", "title"]

A_PAGE = 50
STALE_DAYS = 30
BY_LANGUAGE = {"en": ("en",), "ru": ("ru",), "zh": ("zh", "zh-hans")}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a line. as_of: the day of the register that it stands in; is_stale: long ago."""

    row: Capability
    item: str
    kind: str
    state: str
    quantity: str
    comes_to: str
    place: str
    ready: str
    notes: list[str]
    as_of: date | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """Our register as it was shared last: when, by whom, with whom; changed: what has changed here since."""

    register: Register
    to: str
    who: str
    is_changed: bool


def found_entries(person: Person, asked: Mapping[str, str]) -> "QuerySet[Capability]":
    """Entries that the filters ask for, ours first."""
    found = Capability.objects.visible_to(person)
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["item"]:
        found = found.filter(item=asked["item"])
    if asked["emt"]:
        found = found.filter(item__in=[one.code for one in catalogue().values() if one.emt_type == asked["emt"]])
    if asked["field"]:
        found = found.filter(item__in=[one.code for one in catalogue().values() if one.field == asked["field"]])
    if asked["language"]:
        spoken = Q()
        for tag in BY_LANGUAGE.get(asked["language"], (asked["language"],)):
            spoken |= Q(languages__icontains=f'"{tag}"')
        found = found.filter(spoken)
    return found.select_related("changed_by").order_by("-is_ours", "state", "kind", "item", "pk")


def register_page(person: Person, asked: Mapping[str, str], number: str | None) -> Page:
    """A piece of the list."""
    return Paginator(found_entries(person, asked), A_PAGE).get_page(number)


def rows_of(rows: Sequence[Capability], today: date) -> list[EntryRow]:
    """Two queries, however many rows."""
    known = names({row.state for row in rows})
    standing = Register.objects.standing().order_by()
    days = dict(standing.values_list("origin").annotate(day=Max("as_of")))
    return [_row(row, known, None if row.is_ours else days.get(row.state), today) for row in rows]


def _row(row: Capability, known: Mapping[str, str], as_of: date | None, today: date) -> EntryRow:
    entry = catalogue().get(row.item)
    item = in_active(row.called) or (in_active(entry.name._asdict()) if entry is not None else row.item)
    packing = Packing(row.unit, row.pack_size)
    return EntryRow(
        row=row, item=item, kind=str(KINDS[row.kind]), state=known[row.state],
        quantity=quantity(row.quantity, packing), comes_to=inside(row.quantity, packing),
        place=place_name(row.place_names), ready=_("within %(n)s h") % {"n": whole(row.ready_hours)},
        notes=_notes(row), as_of=as_of, is_stale=as_of is not None and (today - as_of).days > STALE_DAYS,
    )  # fmt: skip


def _notes(row: Capability) -> list[str]:
    more = row.more
    found = [enumerated(language_name(one) for one in row.languages)] if row.languages else []
    if row.kind == Capability.Kind.TEAM:
        n, days = more.get("members", 1), more.get("self_sufficient_days", 0)
        found.append(ngettext("%(n)s member", "%(n)s members", n) % {"n": whole(n)})
        if days:
            said = ngettext("self-sufficient for %(n)s day", "self-sufficient for %(n)s days", days)
            found.append(said % {"n": whole(days)})
    if more.get("methods"):
        found.append(enumerated(word("laboratory_method", one) for one in more["methods"]))
    if more.get("tests_a_day"):
        found.append(_("%(n)s tests a day") % {"n": whole(more["tests_a_day"])})
    if row.best_before:
        found.append(_("best before %(day)s") % {"day": long_date(row.best_before)})
    if row.regulatory:
        found.append(word("regulatory_status", row.regulatory))
    if not row.is_available:
        found.append(_("not to be offered now"))
    return [*found, more["note"]] if more.get("note") else found


def shared_last(person: Person) -> Shared | None:
    """None while it was never shared."""
    last = Register.objects.visible_to(person).filter(is_ours=True).select_related("by").order_by("-version").first()
    if last is None:
        return None
    changed = Capability.objects.filter(is_ours=True, changed_at__gt=last.came_at).exists()
    to = audience(Head(last.origin, 1, "", last.classification, tuple(last.addressees)))
    n = Capability.objects.filter(is_ours=True).count()
    told = sum(len(value) for value in last.body.values() if isinstance(value, list))
    return Shared(last, to, last.by.name if last.by else "", changed or n != told)


def title(person: Person, page: Page, asked: Mapping[str, str]) -> str:
    """The answer: how much there is, and of how many states."""
    n = page.paginator.count
    said = ngettext("%(n)s entry of a register", "%(n)s entries of registers", n) % {"n": whole(n)}
    if any(asked.values()):
        return said
    states = Capability.objects.visible_to(person).order_by().values("state").distinct().count()
    if not states:
        return _("No state has said yet what it could send")
    return phrases([said, ngettext("%(n)s state", "%(n)s states", states) % {"n": whole(states)}])
