"""What the pages of sharing show: rules with whom they are for, what was sent, and who has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.exchange.streams import Stream
from tocsin.node.alliance.alliance_file import here as our_state
from tocsin.node.indicators.actions.weekly import seen_by_a_person
from tocsin.node.indicators.models import Shared, SharingRule
from tocsin.node.indicators.refusals import sentence
from tocsin.node.language.formats import listing, whole
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Entry, Receipt
from tocsin.node.post.pages.messages import Delivery, names
from tocsin.node.post.store.packing import from_json
from tocsin.node.surveillance.models import Disease

__all__ = [
    "RuleRow", "SharedRow", "deliveries", "facts_of", "list_title", "not_taken", "problem_of", "rule_rows",
    "rule_title", "shared_rows", "small_counts", "to_whom", "when",
]  # fmt: skip

A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class RuleRow:
    """A rule in the list."""

    rule: SharingRule
    to: str
    when: str
    sent_at: datetime | None


@dataclass(frozen=True)
class SharedRow:
    """A document that was sent; `has` of `of` nodes have said that they have it."""

    shared: Shared
    to: str
    has: int
    of: int
    waits: bool

    @property
    def state(self) -> str:
        if self.waits:
            return "waits_to_be_signed"
        return "arrived" if self.of and self.has == self.of else "under_way"


def to_whom(one: SharingRule | Shared, known: dict[str, str] | None = None) -> str:
    """Its audience in words."""
    if one.addressees:
        called = names() if known is None else known
        return listing(called.get(node, node) for node in one.addressees)
    return str(SharingRule.Audience(one.classification).label)


def when(rule: SharingRule) -> str:
    if rule.weekday is None:
        return _("by hand")
    return _("every week, %(day)s") % {"day": date_format(A_MONDAY + timedelta(days=rule.weekday), "l")}


def rule_rows(rules: Iterable[SharingRule]) -> list[RuleRow]:
    """Rules with when they were sent last: one query for all."""
    rows, known = list(rules), names()
    last = dict(Shared.objects.order_by().values_list("rule").annotate(Max("recorded_at")))
    return [RuleRow(rule, to_whom(rule, known), when(rule), last.get(rule.pk)) for rule in rows]


def list_title(rules: Sequence[RuleRow]) -> str:
    """What needs somebody comes first."""
    waiting = sum(row.rule.state == "to_be_confirmed" for row in rules)
    stopped = sum(row.rule.state == "stopped" for row in rules)
    if stopped:
        said = ngettext("%(n)s rule has stopped and needs a look", "%(n)s rules have stopped and need a look", stopped)
        return said % {"n": whole(stopped)}
    if waiting:
        said = ngettext("%(n)s rule waits for a second person", "%(n)s rules wait for a second person", waiting)
        return said % {"n": whole(waiting)}
    on = sum(row.rule.state == "active" for row in rules)
    if not on:
        return _("No counts are shared with partners")
    said = ngettext("Counts are shared by %(n)s rule", "Counts are shared by %(n)s rules", on)
    return said % {"n": whole(on)}


def rule_title(rule: SharingRule) -> str:
    values = {"source": rule.source, "what": rule.get_indicator_display(), "to": to_whom(rule)}
    return _("%(source)s: %(what)s for %(to)s") % values


def facts_of(rule: SharingRule) -> list[tuple[str, str]]:
    """The rule, line by line, in words."""
    diseases = [str(one) for one in Disease.objects.filter(pk__in=rule.diseases)]
    counted = [str(label) for status, label in SharingRule.CaseStatus.choices if status in rule.case_status]
    groups = _("with ages and sexes") if rule.with_groups else _("totals only")
    return [
        (_("Diseases"), listing(diseases) if diseases else _("all that the source counts")),
        (_("Places"), _both(rule.get_depth_display(), groups)),
        (_("For"), _both(to_whom(rule), _("they keep it to themselves") if rule.no_onward_sharing else "")),
        (_("Small counts"), small_counts(rule)),
        (_("Cases counted"), _both(listing(counted), rule.case_definition)),
        (_("Counted by"), str(rule.source.get_counts_by_display())),
        (_("Sent"), _sent(rule)),
        *([(_("Note"), rule.note)] if rule.note else []),
    ]


def _both(one: object, other: object) -> str:
    """Two things said of a rule, or the one of them that there is."""
    return _("%(one)s; %(other)s") % {"one": one, "other": other} if other else str(one)


def small_counts(rule: SharingRule) -> str:
    if rule.below is None:
        return _("nothing is withheld: %(reason)s") % {"reason": rule.unsuppressed_reason}
    return _("below %(n)s withheld, with what could give them away") % {"n": rule.below}


def _sent(rule: SharingRule) -> str:
    weeks = ngettext("the last %(n)s week", "the last %(n)s weeks", rule.weeks) % {"n": whole(rule.weeks)}
    text = _both(when(rule), weeks)
    if rule.weekday is not None and rule.is_confirmed and not seen_by_a_person(rule):
        text = _both(text, _("begins once somebody has sent it the first time"))
    return text


def problem_of(rule: SharingRule) -> str:
    """Why the machine sent nothing, if it did not."""
    try:
        return sentence(rule.problem, {}) if rule.problem else ""
    except KeyError:
        return _("Make it ready to see why.")


def shared_rows(documents: Sequence[Shared]) -> list[SharedRow]:
    """Documents with who has them: the same number of queries however many there are."""
    known, found = names(), deliveries(documents)
    return [
        SharedRow(
            one,
            to_whom(one, known),
            sum(delivery.received_at is not None for delivery in found[one.pk]),
            len(found[one.pk]),
            any(delivery.waits for delivery in found[one.pk]),
        )
        for one in documents
    ]


def deliveries(documents: Sequence[Shared]) -> dict[object, list[Delivery]]:
    """Who has each document of ours, in the alliance's order. While it waits to be sealed, nobody can."""
    if not takes_part():
        return {one.pk: [] for one in documents}
    known, here, trust = names(), local_node(), local_node().trust()
    ours = Entry.objects.filter(origin=here.node, document_id__in=[str(one.pk) for one in documents], stands=True)
    entries = {key: (stream, number) for key, stream, number in ours.values_list("document_id", "stream", "number")}
    streams = {stream for stream, _number in entries.values()}
    have: dict[tuple[int, str], tuple[int, datetime]] = {
        (receipt.stream_id, receipt.by): (receipt.through, receipt.received_at)
        for receipt in Receipt.objects.filter(stream__in=streams).defer("reasons")
    }
    audiences = {one.audience for one in documents}
    wanted = {
        audience: {entry.node for entry in trust.audience(Stream(here.node, 1, audience))} - {here.node}
        for audience in audiences
    }

    def of(one: Shared) -> list[Delivery]:
        entry = entries.get(str(one.pk))
        return [
            Delivery(known[node], _received(have, entry, node), entry is None)
            for node in known
            if node in wanted[one.audience]
        ]

    return {one.pk: of(one) for one in documents}


def _received(
    have: dict[tuple[int, str], tuple[int, datetime]], entry: tuple[int, int] | None, node: str
) -> datetime | None:
    if entry is None:
        return None
    through, at = have.get((entry[0], node), (0, None))
    return at if through >= entry[1] else None


def not_taken(one: Shared) -> list[tuple[str, int]]:
    """Partners that kept rows of a document apart, and how many."""
    entry = Entry.objects.filter(origin=our_state().code, document_id=str(one.pk), stands=True).first()
    if entry is None:
        return []
    known, found = names(), []
    for receipt in Receipt.objects.filter(stream=entry.stream_id):
        rows = sum(number == entry.number for number, *_reason in from_json(receipt.reasons, []))
        if rows:
            found.append((known.get(receipt.by, receipt.by), rows))
    return found
