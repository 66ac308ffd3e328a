"""Acts of a panel: convened, joined, positions, an outcome drafted, agreed on and signed off."""

from collections.abc import Collection, Sequence

from tocsin.joint.consultations.panel import AGREES, DISAGREES
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words
from tocsin.node.consultations.actions.saying import say
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.events.texts import checked
from tocsin.node.hospitals.models import Clinician
from tocsin.node.joint.models import JointAct

__all__ = ["convene", "dissolve", "draft_outcome", "join", "sign_off", "stand", "state_position"]

LONGEST_REASON = 500


def convene(
    case: Case, members: Sequence[Clinician], *, chair: Clinician, quorum: int, seen: str | None = None, by: Person
) -> JointAct:
    """Call several clinicians together. Each has the case from here on. Raises as `saying.say`."""
    said = {"members": [one.key for one in members], "chair": chair.key, "quorum": quorum}
    return say(case, "convene", said, voice=voice_in(case, by, Part.EXPERT, Part.ASKED), seen=seen, by=by)


def join(case: Case, *, by: Person) -> JointAct:
    """Be there. Raises as `saying.say`."""
    return say(case, "join", voice=voice_in(case, by, Part.MEMBER), by=by)


def state_position(case: Case, words: Words, *, looked_through: Collection[str] = (), by: Person) -> JointAct:
    """Say what one thinks, before there is an outcome. Raises as `saying.say`."""
    return say(
        case, "position", voice=voice_in(case, by, Part.MEMBER), words=words, note="position", is_needed=True,
        looked_through=looked_through, by=by,
    )  # fmt: skip


def draft_outcome(
    case: Case, words: Words, *, after: int, looked_through: Collection[str] = (), by: Person
) -> JointAct:
    """Propose an outcome, as the chair. `after`: drafts that the person saw. Raises as `saying.say`."""
    return say(
        case, "draft_outcome", {"after": after}, voice=voice_in(case, by, Part.MEMBER), words=words, note="outcome",
        is_needed=True, looked_through=looked_through, by=by,
    )  # fmt: skip


def stand(
    case: Case,
    words: Words | None = None,
    *,
    draft: int,
    agrees: bool,
    looked_through: Collection[str] = (),
    by: Person,
) -> JointAct:
    """Agree with the draft, or say what one holds beside it: that is kept as minority opinion. Raises as `say`."""
    said = {"draft": draft, "stance": AGREES if agrees else DISAGREES}
    return say(
        case, "stand", said, voice=voice_in(case, by, Part.MEMBER), words=words, note="minority",
        is_needed=not agrees, looked_through=looked_through, by=by,
    )  # fmt: skip


def sign_off(case: Case, *, draft: int, seen: str | None = None, by: Person) -> JointAct:
    """Sign the outcome, as the chair. Raises as `saying.say`."""
    return say(case, "sign_off", {"draft": draft}, voice=voice_in(case, by, Part.MEMBER), seen=seen, by=by)


def dissolve(case: Case, *, reason: str, seen: str | None = None, by: Person) -> JointAct:
    """End a panel without an outcome. Raises as `saying.say`."""
    said = {"reason": checked(reason, longest=LONGEST_REASON)}
    return say(case, "dissolve", said, voice=voice_in(case, by, Part.MEMBER, Part.ASKED), seen=seen, by=by)
