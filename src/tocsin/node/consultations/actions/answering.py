"""Acts of the hospitals that are asked: allocating, taking, asking back, giving back, declining, signing opinions."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.actions.saying import say
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.refusals import ActRefused
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.events.texts import checked
from tocsin.node.hospitals.models import Clinician
from tocsin.node.joint.models import JointAct

__all__ = [
    "allocate", "amend", "ask", "decline", "give_back", "hand_back", "retract", "send_message", "sign", "take",
]  # fmt: skip

LONGEST_REASON = 500


def allocate(case: Case, experts: Sequence[Clinician], *, seen: str | None = None, by: Person) -> JointAct:
    """Give the case to these experts of one's own hospital, in the place of those who had it: their access ends.

    Raises ActRefused for somebody who does not answer for the hospital now, and as `saying.say`.
    """
    voice = voice_in(case, by, Part.ASKED, clinician=False)
    working = set(Clinician.objects.working().filter(hospital=voice.hospital).values_list("pk", flat=True))
    for one in experts:
        if one.pk not in working:
            said = _("%(name)s does not answer for this hospital now. Choose somebody else.")
            raise ActRefused(said % {"name": one})
    said = {"experts": [one.key for one in experts], "by_rule": False}
    return say(case, "allocate", said, voice=voice, seen=seen, by=by)


def take(case: Case, *, seen: str | None = None, by: Person) -> JointAct:
    """Begin with a case that one was given. Raises as `saying.say`."""
    return say(case, "take", voice=voice_in(case, by, Part.EXPERT), seen=seen, by=by)


def hand_back(case: Case, *, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """Leave a case to the coordinator again. Raises as `saying.say`."""
    said = {"reason": checked(reason, longest=LONGEST_REASON)}
    return say(case, "hand_back", said, voice=voice_in(case, by, Part.EXPERT), seen=seen, by=by)


def decline(
    case: Case, words: Words | None = None, *, reason: str, seen: str | None = None, by: Person
) -> JointAct:  # fmt: skip
    """Say that the hospital cannot answer. Raises as `saying.say`."""
    voice = voice_in(case, by, Part.ASKED, clinician=False)
    return say(case, "decline", {"reason": reason}, voice=voice, words=words, note="declined", seen=seen, by=by)


def give_back(
    case: Case, words: Words | None = None, *, reason: str, seen: str | None = None, by: Person
) -> JointAct:  # fmt: skip
    """Give the case back to those who asked: something is missing. Raises as `saying.say`."""
    voice = voice_in(case, by, Part.EXPERT, Part.ASKED)
    return say(case, "return", {"reason": reason}, voice=voice, words=words, note="returned", seen=seen, by=by)


def ask(
    case: Case, words: Words, *, looked_through: Collection[str] = (), seen: str | None = None, by: Person
) -> JointAct:
    """Ask those who asked something. Raises as `saying.say`."""
    said = {"id": _next_name(case, "q", len(case_ahead(case.of).questions))}
    return say(
        case, "ask", said, voice=voice_in(case, by, Part.EXPERT), words=words, note="question", is_needed=True,
        looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def send_message(
    case: Case, words: Words, *, looked_through: Collection[str] = (), by: Person
) -> JointAct:  # fmt: skip
    """Say something to all who have the case that is neither question nor opinion. Raises as `saying.say`."""
    return say(
        case, "message", voice=voice_in(case, by), words=words, note="message", is_needed=True,
        looked_through=looked_through, by=by,
    )  # fmt: skip


def sign(
    case: Case, words: Words, *, looked_through: Collection[str] = (), seen: str | None = None, by: Person
) -> JointAct:
    """Sign an opinion. From here on those who asked see it, and it can be amended and retracted, never undone.

    Raises as `saying.say`.
    """
    said = {"id": _next_name(case, "o", len(case_ahead(case.of).opinions))}
    return say(
        case, "sign", said, voice=voice_in(case, by, Part.EXPERT), words=words, note="opinion", is_needed=True,
        looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def amend(
    case: Case,
    opinion: str,
    words: Words,
    *,
    after: int,
    reason: str,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Sign an opinion of one's own anew. `after`: its revisions that the person saw. Raises as `saying.say`."""
    said = {"opinion": opinion, "after": after, "reason": checked(reason, longest=LONGEST_REASON)}
    return say(
        case, "amend", said, voice=voice_in(case, by, Part.EXPERT), words=words, note="opinion", is_needed=True,
        looked_through=looked_through, seen=seen, by=by,
    )  # fmt: skip


def retract(case: Case, opinion: str, *, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """Take an opinion back: it stays to be read, as retracted. Raises as `saying.say`."""
    said = {"opinion": opinion, "reason": checked(reason, longest=LONGEST_REASON)}
    return say(case, "retract", said, voice=voice_in(case, by, Part.EXPERT, Part.ASKED), seen=seen, by=by)


def _next_name(case: Case, begins: str, count: int) -> str:
    """One that no other state gives: experts of two states may sign while neither knows of the other."""
    name = f"{begins}{count + 1}"
    return name if case.is_ours else f"{here().code.lower()}-{name}"
