"""What a person may do with a case now: the one act that is asked of them, and the others.

The rules of a case refuse whatever does not stand; what is offered here only saves people from asking in vain. What
this state has said and no order has yet counts as done, so that nobody says it twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.consultations import Case, Status
from tocsin.joint.consultations.answering import ANSWERABLE
from tocsin.joint.consultations.asking import RUNNING
from tocsin.joint.consultations.guards import REVIEWABLE
from tocsin.joint.consultations.opinions import MENDABLE
from tocsin.joint.parties import PartyId
from tocsin.node.consultations import models
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.speaking import Voice

__all__ = ["LABELS", "Act", "Acts", "acts_of"]

LABELS: Mapping[str, Any] = {
    "allocate": _("Give it to an expert"), "take": _("Begin with it"), "hand_back": _("Hand it back"),
    "decline": _("Decline"), "return": _("Give it back: something is missing"), "ask": _("Ask something"),
    "sign": _("Write an opinion"), "amend": pgettext_lazy("an opinion", "Amend"),
    "retract": pgettext_lazy("an opinion", "Retract"), "convene": _("Call a panel together"),
    "join": _("I am here"), "position": _("Say what you think"), "draft_outcome": _("Propose an outcome"),
    "stand": _("Agree, or not"), "sign_off": _("Sign the outcome"), "dissolve": _("Dissolve the panel"),
    "reply": _("Answer"), "supplement": _("Add something"), "acknowledge": _("I have read it"),
    "follow_up": _("Tell how it went"), "close": pgettext_lazy("a case", "Close"),
    "reopen": pgettext_lazy("a case", "Open again"), "withdraw": pgettext_lazy("a case", "Withdraw"),
    "consent": _("What the patient agrees to"), "team": _("Who has the case here"),
    "again": _("Put right what is missing"), "message": _("Write to the others"),
}  # fmt: skip
# The first of these that a person may do is what is asked of them.
FIRST = (
    "again", "acknowledge", "reply", "follow_up", "allocate", "join", "stand", "sign_off", "draft_outcome", "position",
    "take", "sign", "close",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A link to the page that asks what is needed. about: the question or opinion that it is of."""

    name: str
    url: str
    about: str = ""

    @property
    def label(self) -> Any:
        """On its button."""
        return LABELS[self.name]


@dataclass(frozen=True)
class Acts:
    """primary: what is asked of the reader now; `of`: those of each question and opinion, by its name."""

    primary: Act | None
    others: Sequence[Act]
    of: Mapping[str, Sequence[Act]]
    may_write: bool


def acts_of(row: models.Case, case: Case, voices: Sequence[Voice]) -> Acts:
    """All that somebody with these voices may do."""
    found = list(dict.fromkeys(act for voice in voices for act in _of_voice(row, case, voice)))
    whole = [act for act in found if not act.about]
    primary = next((act for name in FIRST for act in found if act.name == name), None)
    of: dict[str, list[Act]] = {}
    for act in found:
        if act.about:
            of.setdefault(act.about, []).append(act)
    may_write = bool(voices) and case.status not in (Status.WITHDRAWN, Status.EXPIRED, Status.NONE)
    return Acts(primary, [act for act in whole if act is not primary], of, may_write)


def _of_voice(row: models.Case, case: Case, voice: Voice) -> Iterator[Act]:
    if voice.part is Part.ASKING:
        yield from _asking(row, case)
        return
    if voice.part is Part.MEMBER:
        yield from _member(row, case, PartyId.of(voice.clinician.key) if voice.clinician else None)
        return
    yield from _asked(row, case, voice)


def _asking(row: models.Case, case: Case) -> Iterator[Act]:
    status = case.status
    if status is Status.RETURNED:
        yield _act(row, "again")
    if status is Status.ANSWERED or (status is Status.CLOSED and case.has_unread_change):
        yield _act(row, "acknowledge")
    for question in case.open_questions if status in RUNNING else ():
        yield _act(row, "reply", question.id)
    if (
        case.acknowledged is not None
        and status in RUNNING
        and case.followed_up is None
        and status is not Status.ANSWERED
    ):
        yield _act(row, "follow_up")
    if status is Status.FOLLOWED_UP:
        yield _act(row, "close")
    if status is Status.CLOSED:
        yield _act(row, "reopen")
    if status in RUNNING:
        yield _act(row, "supplement")
        yield _act(row, "team")
    if case.may_be_told:
        yield _act(row, "consent")
    if status in RUNNING:
        yield _act(row, "withdraw")


def _asked(row: models.Case, case: Case, voice: Voice) -> Iterator[Act]:
    status = case.status
    own = PartyId.of(voice.clinician.key) if voice.clinician is not None else None
    if own is None:
        if status in ANSWERABLE:
            yield _act(row, "allocate")
    elif status in ANSWERABLE:
        if own not in case.taken:
            yield _act(row, "take")
        yield _act(row, "sign")
        yield _act(row, "ask")
    panel = case.panel
    if status in REVIEWABLE and (panel is None or not panel.is_open):
        yield _act(row, "convene")
    elif status in REVIEWABLE and own is None:
        yield _act(row, "dissolve")
    for opinion in case.opinions if status in MENDABLE else ():
        if opinion.stands and own is not None and opinion.by == own:
            yield _act(row, "amend", opinion.id)
        if opinion.stands and (
            opinion.by == own or (own is None and opinion.hospital == PartyId.of(voice.hospital.key))
        ):
            yield _act(row, "retract", opinion.id)
    if status in REVIEWABLE - {Status.ANSWERED}:
        yield _act(row, "return")
        yield _act(row, "decline") if own is None else _act(row, "hand_back")


def _member(row: models.Case, case: Case, own: PartyId | None) -> Iterator[Act]:
    panel = case.panel
    if panel is None or not panel.is_open or own is None or case.status not in REVIEWABLE:
        return
    if own not in panel.joined:
        yield _act(row, "join")
        return
    if not panel.has_quorum:
        return
    if own == panel.chair:
        if panel.all_have_spoken and panel.has_majority:
            yield _act(row, "sign_off")
        yield _act(row, "draft_outcome")
        yield _act(row, "dissolve")
    if panel.drafts and own not in panel.stances:
        yield _act(row, "stand")
    yield _act(row, "position")


def _act(row: models.Case, name: str, about: str = "") -> Act:
    keys = [row.pk, about] if about else [row.pk]
    return Act(name, reverse(f"case_{name}", args=keys), about)
