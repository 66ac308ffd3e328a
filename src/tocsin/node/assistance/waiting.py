"""What waits for somebody in mutual assistance: in the navigation, and when a shift is handed over."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance import links
from tocsin.node.assistance.models import OfferDraft, Request, RequestDraft
from tocsin.node.assistance.words import NEEDS, in_active
from tocsin.node.duty.open_items import OpenItem
from tocsin.node.language.formats import phrases

__all__ = ["count", "open_items"]


def count(person: Person) -> int:
    """Requests in which this state has something to do, and drafts that this person may release."""
    found = Request.objects.visible_to(person).waiting_for_us().count()
    if person.may(Ability.RELEASE_ASSISTANCE):
        drafts = (RequestDraft.objects.submitted(), OfferDraft.objects.submitted())
        found += sum(one.exclude(submitted_by=person).count() for one in drafts)
    return found


def open_items(person: Person) -> Iterator[OpenItem]:
    """`duty.open_items.Telling`: which request, and what is to be done; it runs out when it is needed."""
    rows = list(Request.objects.visible_to(person).waiting_for_us().order_by("needed_by", "of_id"))
    known = names({row.origin for row in rows})
    for row in rows:
        title = in_active({"en": "", **row.title, "zh": row.title.get("zh-hans", "")})
        needs = phrases(NEEDS[code] for code in row.needs if code in NEEDS)
        said = _("Assistance asked for by %(state)s, %(title)s: %(needs)s")
        until = datetime.combine(row.needed_by + timedelta(days=1), time(), tzinfo=UTC) if row.is_standing else None
        values = {"state": known[row.origin], "title": title, "needs": needs}
        yield OpenItem(said % values, links.request(row.pk), until)
