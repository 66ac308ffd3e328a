"""Groups that a person writes to: kept and deleted by them alone."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.models import LetterGroup
from tocsin.node.correspondence.recipients import MOST, as_json
from tocsin.node.correspondence.refusals import ActRefused, InvalidInput, Problem
from tocsin.node.events.texts import checked

__all__ = ["delete_group", "keep_group"]

LONGEST_NAME = 80


@transaction.atomic
def keep_group(name: str, members: Sequence[Speaker], *, group: LetterGroup | None = None, by: Person) -> LetterGroup:
    """Make a group, or give one another name and other members. Raises InvalidInput, ActRefused, PermissionDenied."""
    check(by, Ability.CORRESPOND)
    name = checked(name, longest=LONGEST_NAME, name=_("The name"), paragraphs=False)
    if not name:
        raise InvalidInput([Problem("name", _("Give the group a name."))])
    if len(members) > MOST:
        said = _("A group has at most %(n)d members, as many as read one letter.") % {"n": MOST}
        raise InvalidInput([Problem("members", said)])
    others = LetterGroup.objects.select_for_update().filter(by=by, name=name)
    if others.exclude(pk=group.pk if group else None).exists():
        raise InvalidInput([Problem("name", _("You have a group of this name already. Choose another name."))])
    row = LetterGroup(by=by)
    if group is not None:
        row = _own(group, by)
    row.name, row.members = name, [as_json(one) for one in dict.fromkeys(members)]
    row.changed_at = timezone.now()
    row.save()
    return row


@transaction.atomic
def delete_group(group: LetterGroup, *, by: Person) -> None:
    """Delete it. Letters that went to its members name them, and not it."""
    check(by, Ability.CORRESPOND)
    _own(group, by).delete()


def _own(group: LetterGroup, by: Person) -> LetterGroup:
    found: LetterGroup | None = LetterGroup.objects.visible_to(by).select_for_update().filter(pk=group.pk).first()
    if found is None:
        raise ActRefused(_("This group is somebody else’s."))
    return found
