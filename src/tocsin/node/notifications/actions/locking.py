"""What every act upon a draft begins with: who may, the locks, the version that the person saw."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import Event
from tocsin.node.notifications.models import Draft
from tocsin.node.notifications.refusals import DraftChanged

__all__ = ["lock_draft", "lock_event", "require"]


def require(by: Person, *any_of: Ability) -> None:
    """Raises PermissionDenied unless `by` may do one of these."""
    if not any(by.may(ability) for ability in any_of):
        raise PermissionDenied(f"{by} may not {' or '.join(ability.replace('_', ' ') for ability in any_of)}")


def lock_event(event: Event | UUID, *, by: Person) -> Event:
    """The event as it is now. One that went into another too: partners may still have to be told so."""
    key = event.pk if isinstance(event, Event) else event
    found = Event.objects.visible_to(by).select_for_update(of=("self",))
    return found.select_related("disease", "place", "merged_into").get(pk=key)


def lock_draft(draft: Draft, *, by: Person, version: int) -> tuple[Draft, Event]:
    """The draft and its event as they are now. Raises DraftChanged if the draft is not as `by` saw it, or has ended."""
    event = lock_event(draft.event_id, by=by)
    # Without the people: PostgreSQL, having waited for the row, would give it with whom it was joined to before.
    now = Draft.objects.visible_to(by).select_for_update(of=("self",)).get(pk=draft.pk)
    if not now.is_open or now.version != version:
        raise DraftChanged(now)
    now.event = event
    return now, event
