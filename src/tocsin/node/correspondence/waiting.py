"""What waits for somebody among letters: in the navigation."""

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.correspondence.models import Participant

__all__ = ["count"]


def count(person: Person) -> int:
    """Threads with something that nobody has opened yet in the boxes of this person."""
    keys = box_keys(person)
    return Participant.objects.filter(box__in=keys, origin=here().code, first=1).count() if keys else 0
