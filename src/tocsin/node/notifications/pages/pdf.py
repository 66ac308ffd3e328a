"""A notification as PDF, of the same words as its page: one or two sheets that can be put before somebody.

It says on every sheet how it is classified, which document it is, and that it is an exercise where it is one. Made of
the same document in the same language it is the same file, whoever takes it and when; the audit keeps who and when.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.exports.columns import Column
from tocsin.node.exports.columns import Table as Exported
from tocsin.node.exports.pdf import Facts, Heading, Page, page_pdf
from tocsin.node.language.formats import long_moment
from tocsin.node.notifications.models import Notification
from tocsin.node.notifications.pages.pieces import FreeText, Section, Table
from tocsin.node.notifications.pages.rendered import Rendered, audience, rendered
from tocsin.node.post.models import Entry

__all__ = ["as_page", "filename", "notification_pdf"]

Part = str | Facts | Heading | Exported
BAND = "EXERCISE · УЧЕНИЕ · 演练"
SHORT = 44  # characters of a pair of which two stand abreast
MOST_ROWS = 24  # of one table: two sheets are what somebody reads standing


def notification_pdf(notification: Notification) -> bytes:
    """In the active language. Raises exports.ExportRefused where a script has no font here."""
    return page_pdf(as_page(notification))


def as_page(notification: Notification) -> Page:
    """What the PDF shows."""
    shown = rendered(notification)
    classification = audience(shown.head)
    if shown.onward:
        classification = _("%(classification)s · not to be passed on") % {"classification": classification}
    return Page(
        title=shown.title,
        classification=classification,
        facts=[*_head(notification, shown)],
        parts=[*_warnings(shown), *(part for section in shown.sections for part in _section(section))],
        notes=[note for note in (shown.not_said, _apart(shown)) if note],
        made_at=notification.recorded_at,
        made_by=shown.state_name,
        exercise=BAND if shown.head.is_exercise else "",
        compact=True,
        foot=_("%(serial)s, version %(version)s") % {"serial": shown.serial, "version": shown.head.version},
    )


def filename(notification: Notification, language: str) -> str:
    """Without what is secret: a name shows in lists of files."""
    return f"{notification.body['serial']}-v{notification.version}-{language}.pdf"


def _head(notification: Notification, shown: Rendered) -> Iterator[tuple[str, str]]:
    signed = _("Signed")
    yield from ((label, value) for label, value in shown.facts if label != signed)
    yield _("Document"), shown.head.document_id
    yield signed, _signed(notification, shown)


def _signed(notification: Notification, shown: Rendered) -> str:
    there = Entry.objects.filter(origin=notification.origin, document_id=str(notification.document_id), stands=True)
    if notification.is_ours and not there.exists():
        return _("not yet: it waits to be signed")
    at = long_moment(notification.recorded_at)
    return _("by the node of %(state)s, recorded %(moment)s") % {"state": shown.state_name, "moment": at}


def _warnings(shown: Rendered) -> Iterator[str]:
    if shown.onward:
        yield shown.onward
    if shown.state == "void":
        yield _("This version is void: the key that signed it had ended. It is shown so that you know what was said.")


def _section(section: Section) -> Iterator[Part]:
    yield Heading(section.heading)
    for text in section.texts:
        yield from _text(text, section.heading)
    if section.lines:
        pairs = [(line.label, line.value) for line in section.lines]
        yield Facts(pairs, two_abreast=all(len(label) + len(value) <= SHORT for label, value in pairs))
    for table in section.tables:
        yield from _table(table, section.heading)
    yield from section.notes


def _text(text: FreeText, heading: str) -> Iterator[Part]:
    yield Facts([(text.label or heading, text.mark)])
    yield from text.paragraphs
    if text.standing == "machine":
        # What a machine wrote is never on paper without what a person wrote.
        yield Facts([(text.label or heading, text.original_mark)])
        yield from (one.strip() for one in text.original.split("\n\n") if one.strip())


def _table(table: Table, heading: str) -> Iterator[Part]:
    columns = [Column(f"column_{at}", name, "text") for at, (name, _number) in enumerate(table.columns)]
    rows = [[cell.text for cell in row.cells] for row in table.rows[:MOST_ROWS]]
    if rows:
        yield Exported("" if table.heading == heading else table.heading, columns, rows)
    if left := len(table.rows) - len(rows):
        said = ngettext("%(n)d more row is on the page.", "%(n)d more rows are on the page.", left)
        yield said % {"n": left}
    yield from table.notes


def _apart(shown: Rendered) -> str:
    if not shown.rows_apart:
        return ""
    return ngettext(
        "%(n)d row of the counts is kept apart until people decide upon it.",
        "%(n)d rows of the counts are kept apart until people decide upon them.",
        shown.rows_apart,
    ) % {"n": shown.rows_apart}
