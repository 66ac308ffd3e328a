"""Who may see what is with a letter: whoever reads the letter."""

from collections.abc import Mapping

from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.models import Letter
from tocsin.node.hospitals.models.hospitals import identifier_of

__all__ = ["may_read_files"]


def may_read_files(person: Person, about: Mapping[str, str]) -> bool:
    """See `files.gates.gate_by`; `about` is the letter. What is with one that is void or erased is not shown."""
    key = identifier_of(about)
    if key is None:
        return False
    return Letter.objects.visible_to(person).readable().filter(origin=key[0], document_id=key[1]).exists()
