"""The report of a request: what was asked, offered, sent, handed over, what it cost, and what was learnt."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND, is_exercise
from tocsin.node.alliance.models import Person
from tocsin.node.assistance.pages.request_page import RequestPage, request_page
from tocsin.node.assistance.words import OFFERS, REQUESTS, SHIPMENTS
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.pdf import Facts, Heading, Page
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import colon, enumerated, long_date, long_moment, phrases, short_date

__all__ = ["report"]

Part = str | Facts | Heading | Table
L = gettext_lazy
ITEMS = (
    Column("item", pgettext_lazy("goods", "What")), Column("asked", L("Asked for")), Column("accepted", L("Accepted")),
    Column("delivered", pgettext_lazy("goods", "Delivered")), Column("covered", L("Covered")),
)  # fmt: skip
OFFERED = (
    Column("state", pgettext_lazy("country", "State")), Column("item", pgettext_lazy("goods", "What")),
    Column("offered", L("Offered")),
    Column("accepted", L("Accepted")), Column("sent", pgettext_lazy("of goods", "Sent")), Column("status", L("Status")),
)  # fmt: skip
SENT = (
    Column("state", pgettext_lazy("a state", "From")), Column("lines", pgettext_lazy("goods", "What")),
    Column("status", L("Status")),
    Column("expected", pgettext_lazy("a day", "Expected"), Kind.DATE), Column("steps", L("Steps")),
)  # fmt: skip
SIGNED = (
    Column("state", pgettext_lazy("a state", "From")), Column("item", pgettext_lazy("goods", "What")),
    Column("sent", pgettext_lazy("of goods", "Sent")), Column("sender", L("Signed for by the sender")),
    Column("owner", L("Signed for by the receiver")),
)  # fmt: skip
PAID = (
    Column("by", L("Stated by")), Column("what", pgettext_lazy("goods", "What")),
    Column("amount", pgettext_lazy("of money", "Amount")),
    Column("borne", L("Borne by")),
)  # fmt: skip


def report(of: JointObject, person: Person, *, now: datetime) -> Page:
    """As it stands, in the active language."""
    page = request_page(of, person, now=now)
    return Page(
        title=page.answer, classification=page.audience, facts=_facts(page), parts=list(_parts(page)), made_at=now,
        made_by=f"{person.name} ({here()})", exercise=BAND if is_exercise(of) else "", compact=True,
    )  # fmt: skip


def _facts(page: RequestPage) -> list[tuple[str, str]]:
    asked = page.request.asked
    assert asked is not None
    found = [
        (_("Request"), str(page.title)), (_("Status"), str(REQUESTS[str(page.request.status)])),
        (_("Asked by"), phrases([page.owner, long_moment(page.opened.at)])),
        (_("Needed by"), long_date(asked.needed_by)), (_("Place"), page.place),
        (_("Consignee"), enumerated(filter(None, asked.consignee.values()))),
    ]  # fmt: skip
    if page.about is not None:
        found.append((_("About"), page.about.answer))
    if page.ended_for:
        found.append((_("Ended because"), page.ended_for))
    return found


def _parts(page: RequestPage) -> Iterator[Part]:
    yield Heading(_("What is asked for"))
    yield _table(ITEMS, [
        (one.name, one.cover.asked, one.cover.numbers["accepted"], one.cover.numbers["delivered"], one.cover.per_cent)
        for one in page.items
    ])  # fmt: skip
    if page.offers:
        yield Heading(_("Offers"))
        yield _table(OFFERED, [
            (one.state, line.name, line.offered, line.accepted, line.shipped,
             str(OFFERS[one.chip.removeprefix("offer_")]))
            for one in page.offers for line in one.lines
        ])  # fmt: skip
    if page.shipments:
        yield from _sent(page)
    if page.costs:
        yield Heading(_("Costs"))
        yield _table(PAID, [(one.by, one.what, one.amount, one.borne_by) for one in page.costs])
    for one in page.reviews:
        yield Heading(_("What %(state)s learnt") % {"state": one.by})
        for label, text in (
            (_("What went well"), one.well), (_("What did not"), one.badly), (_("What is to change"), one.change),
        ):  # fmt: skip
            if text:
                yield f"{label}{colon()}{text}"
    yield Heading(_("Every act in its order"))
    yield from (_act(one) for one in page.record)


def _sent(page: RequestPage) -> Iterator[Part]:
    yield Heading(_("Shipments"))
    yield _table(SENT, [
        (one.state, enumerated(one.lines), str(SHIPMENTS[str(one.shipment.status)]), one.shipment.expected_on,
         enumerated(f"{step.act} ({short_date(step.at)})" for step in one.steps))
        for one in page.shipments
    ])  # fmt: skip
    signed = [
        (one.state, line.name, line.sent, line.by_sender or "–", line.by_owner or "–")
        for one in page.shipments for line in one.handed
    ]  # fmt: skip
    if signed:
        yield Heading(_("Hand-over: what each side has signed for"))
        yield _table(SIGNED, signed)
        for state, people, at in (signature for one in page.shipments for signature in one.signed):
            said = _("signed for %(state)s: %(people)s") % {"state": state, "people": people}
            yield f"{said} · {long_moment(at)}"


def _table(columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> Table:
    return Table(title="", columns=columns, rows=rows)


def _act(one: Any) -> str:
    who = phrases(filter(None, (one.state, one.who, one.capacity)))
    said = f"{one.act}{colon()}{one.about}" if one.about else one.act
    return f"{long_moment(one.at)} · {who} · {said}" + (f" · {one.why}" if one.why else "")
