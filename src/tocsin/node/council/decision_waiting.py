"""Decisions that wait for this state: how many, for the navigation; and which, when a shift is handed over."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.council import links
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.duty.open_items import OpenItem

__all__ = ["count", "open_items"]


def count(person: Person) -> int:
    """Decisions in which this state has still to say something."""
    return Decision.objects.visible_to(person).waiting_for_us().count()


def open_items(person: Person) -> Iterator[OpenItem]:
    """`duty.open_items.Telling`: each with the end of its silence, if one runs."""
    for row in Decision.objects.visible_to(person).waiting_for_us().order_by("silence_until", "of_id"):
        said = _("A decision waits for this state: %(decision)s") % {"decision": shown_title(row.title)}
        yield OpenItem(said, links.decision(row.pk), row.silence_until)
