"""What every page says while somebody is being called: one look at the open alerts a page."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.banners import Banner
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.links import About
from tocsin.node.duty.models import Alert
from tocsin.node.duty.words import DRILL

__all__ = ["alerts_named", "count", "tell"]

MOST = 20
_LOOKED = "_duty_open_alerts"  # on the person of this request: the bar and the banner ask once between them


def tell(person: Person) -> Iterator[Banner]:
    """For whoever may be called: what nobody has acknowledged yet. What happened stands before what is tried."""
    found = _open(person)
    real, drills = [one for one in found if not one.is_drill], [one for one in found if one.is_drill]
    for alerts, grave in ((real, "alarm"), (drills, "attention")):
        if len(alerts) == 1:
            said = _("Nobody has it yet: %(what)s") % {"what": sentence(alerts[0])}
            yield Banner(_marked(alerts[0], said), grave, reverse("alert", args=[alerts[0].pk]), elsewhere=True)
        elif alerts:
            n = len(alerts)
            said = ngettext("Nobody has it yet: %(n)d alert", "Nobody has them yet: %(n)d alerts", n) % {"n": n}
            yield Banner(_marked(alerts[0], said), grave, reverse("alerts"), elsewhere=True)


def count(person: Person) -> int:
    """How many alerts wait for somebody."""
    return len(_open(person))


def alerts_named(ids: Sequence[str]) -> Mapping[str, About]:
    """`links.Linking` for alerts."""
    found = Alert.objects.filter(pk__in=[one for one in ids if _is_key(one)])
    return {str(alert.pk): About(sentence(alert), reverse("alert", args=[alert.pk])) for alert in found}


def _open(person: Person) -> list[Alert]:
    if not person.may(Ability.STAND_DUTY):
        return []
    if _LOOKED not in person.__dict__:
        person.__dict__[_LOOKED] = list(Alert.objects.open().visible_to(person).order_by("raised_at")[:MOST])
    found: list[Alert] = person.__dict__[_LOOKED]
    return found


def _marked(alert: Alert, said: str) -> str:
    return f"{DRILL} · {said}" if alert.is_drill else said  # of an exercise the band above tells


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
