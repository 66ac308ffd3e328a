"""Why nothing was told to partners, in the words of the person who reads it.

ActRefused
├── NotYours       somebody else makes a draft of this event ready; says who
├── DraftChanged   somebody changed the draft since the person looked; says who and when
├── Outdated       what would leave is not what the person saw, as the event or the list of states changed
└── NotReleased    what stands against it, one sentence each
"""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.events.models import Event
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.timeline import sentence
from tocsin.node.language.formats import clock, long_date
from tocsin.node.notifications.building.problems import Problem
from tocsin.node.notifications.models import Draft

__all__ = ["ActRefused", "DraftChanged", "NotReleased", "NotYours", "Outdated"]


class NotYours(ActRefused):
    """There is a draft of this event already; `draft` is it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        said = _("%(who)s is making ready what partners are told of this event (%(status)s). Go on with that.")
        super().__init__(said % {"who": draft.changed_by.name, "status": draft.get_status_display()})


class DraftChanged(ActRefused):
    """Somebody changed, released or gave up the draft since the person looked."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        at = timezone.localtime(draft.released_at or draft.discarded_at or draft.changed_at)
        said = _("%(who)s changed this draft on %(day)s at %(time)s. Nothing was sent; look at it again.")
        who = draft.changed_by
        if draft.released_at:
            said = _("%(who)s has sent this on %(day)s at %(time)s. Nothing was sent a second time.")
            who = draft.notification.by if draft.notification and draft.notification.by else who
        elif draft.discarded_at:
            said = _("%(who)s gave this draft up on %(day)s at %(time)s. Nothing was sent.")
            who = draft.discarded_by or who
        super().__init__(said % {"who": who.name, "day": long_date(at.date()), "time": clock(at)})


class Outdated(ActRefused):
    """What would leave is not what the person saw."""

    def __init__(self, event: Event, since: int | None = None) -> None:
        entries = event.timeline.filter(version__isnull=False).select_related("by").order_by("-version")
        last = entries.first()
        if since is not None and last is not None and last.version is not None and last.version > since:
            at = timezone.localtime(last.recorded_at)
            said = _(
                "%(who)s changed the event on %(day)s at %(time)s: %(what)s. What would be sent is not what was looked "
                "at. Nothing was sent; look at it again."
            )
            who = last.by.name if last.by else "Tocsin"
            values = {"who": who, "day": long_date(at.date()), "time": clock(at), "what": sentence(last)}
            super().__init__(said % values)
            return
        super().__init__(
            _("What would be sent has changed since it was looked at. Nothing was sent; look at it again.")
        )


class NotReleased(ActRefused):
    """What stands against it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(problem) for problem in problems))
