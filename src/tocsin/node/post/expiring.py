"""Alarms before the trust list, or what stands in it, runs out: at 90, 30 and 7 days, and when it has."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.exchange.standing import Expiry, Urgency, expiries
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import long_date
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import ExpiryTold
from tocsin.node.post.telling import names_of, people_who

__all__ = ["named", "tell"]


def tell(now: datetime | None = None) -> int:
    """Tell people of each end that has come nearer than they were told, once a step. How many they were."""
    if not takes_part():
        return 0
    here = local_node()
    trust = here.trust()
    return sum(_tell(one) for one in expiries(trust, now or here.now()) if one.urgency)


@transaction.atomic
def _tell(one: Expiry) -> bool:
    told = ExpiryTold.objects.select_for_update().filter(what=one.what).first()
    if told is not None and told.at == one.at and told.urgency >= one.urgency:
        return False
    # Two workers that see the same: the second finds the row that the first has made, or fails and is tried again.
    ExpiryTold.objects.update_or_create(what=one.what, defaults={"at": one.at, "urgency": one.urgency})
    kind = "exchange.expired" if one.urgency is Urgency.PAST else "exchange.expiring"
    what = in_each_language(lambda: named(one.what, names_of([_node(one.what)])))
    at = in_each_language(lambda: long_date(one.at))
    notify(people_who(Ability.MANAGE_EXCHANGE), kind, link=reverse("partners"), what=what, day=at)
    return True


def _node(what: str) -> str:
    return what.removeprefix("node-").removeprefix("tls ")


def named(what: str, names: dict[str, dict[str, str]]) -> str:
    """What runs out, as people call it, in the language that is active."""
    language = translation.get_language() or "en"
    node = _node(what)
    state = names.get(node, {}).get(language, node)
    if what.startswith("node-"):
        return _("the keys and addresses of %(state)s") % {"state": state}
    if what.startswith("tls "):
        return _("the TLS authority of %(state)s") % {"state": state}
    return {
        "root": _("the root of the trust list"),
        "targets": _("the list of members"),
        "snapshot": _("the list’s snapshot"),
        "timestamp": _("the list’s timestamp"),
    }.get(what, what)
