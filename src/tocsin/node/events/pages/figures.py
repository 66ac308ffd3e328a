"""An event in one sentence and its numbers."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.events.models import Event
from tocsin.node.language import formats
from tocsin.node.surveillance.pages.measures import counted

__all__ = ["answer", "named", "numbers"]


def named(event: Event) -> str:
    """What it is and where: "Cholera, Karsu"."""
    what = str(event.disease) if event.disease else event.name or _("Unknown disease")
    return marked(_("%(disease)s, %(place)s") % {"disease": what, "place": event.place}, event)


def numbers(event: Event) -> list[str]:
    """As far as they are known: "61 cases", "2 deaths", "2 places"."""
    found = [
        counted(name, value) for name, value in (("cases", event.cases), ("deaths", event.deaths)) if value is not None
    ]
    if event.places_count > 1:
        said = ngettext("%(n)s place", "%(n)s places", event.places_count)
        found.append(said % {"n": formats.whole(event.places_count)})
    return found


def answer(event: Event) -> str:
    """The title: "Cholera, Karsu: 61 cases, 2 deaths, 2 places"."""
    found = numbers(event)
    said = formats.phrases(found) if found else _("no counts yet")
    return _("%(event)s: %(numbers)s") % {"event": named(event), "numbers": said}
