"""Who is told that a letter came: whoever reads the box that it came into. Nothing of what is written."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.correspondence import links
from tocsin.node.correspondence.boxes import box_of, people_of
from tocsin.node.correspondence.models import Letter
from tocsin.node.correspondence.naming import names_in_notices

__all__ = ["of_letters"]

MOST = 5  # of one person at once: whose node was cut off for days finds one notice, and the list


def of_letters(new: Sequence[Letter], *, but: Person | None = None) -> None:
    """Tell people of letters to them, each once; a translation of what they have already is not told of."""
    told: dict[Person, dict[UUID, tuple[Letter, bool]]] = defaultdict(dict)
    for letter in new:
        if letter.translates is not None:
            continue
        ours = {box_of(one): one for one in letter.readers if one.hospital.origin == here().code}
        for key, people in people_of(set(ours)).items():
            for person in people:
                if but is None or person.pk != but.pk:
                    told[person].setdefault(letter.pk, (letter, ours[key].clinician is not None))
    for person, letters in told.items():
        if len(letters) > MOST:
            notify([person], "letters.came", link=links.LETTERS, n=len(letters))
            continue
        for letter, is_theirs in letters.values():
            kind = "letter.came" if is_theirs else "letter.came_to_hospital"
            notify([person], kind, link=links.thread(letter.thread_id), sender=names_in_notices(letter.writer))
