"""What every act upon a draft begins with: who may, the lock, the version that the person saw."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.refusals import DraftChanged

__all__ = ["Draft", "lock_draft", "require"]

Draft = TypeVar("Draft", RequestDraft, OfferDraft)


def require(by: Person, *any_of: Ability) -> None:
    """Raises PermissionDenied unless `by` may do one of these."""
    if not any(by.may(ability) for ability in any_of):
        raise PermissionDenied(f"{by} may not {' or '.join(ability.replace('_', ' ') for ability in any_of)}")


def lock_draft(draft: Draft, *, version: int, by: Person) -> Draft:
    """The draft as it is now. Raises DraftChanged if it is not as `by` saw it, or has ended."""
    now = type(draft).objects.visible_to(by).select_for_update(of=("self",)).get(pk=draft.pk)
    if not now.is_open or now.version != version:
        raise DraftChanged(now)
    return now
