"""A case judged a second time: who reads it and how far it is, from the acts that had effect, by docs/consultations.md.

No code of `tocsin.joint.consultations` judges here.
"""

from dataclasses import dataclass, field

from tests.joint.consultations.scene import ids

from tocsin.joint.acts import Act
from tocsin.joint.consultations import Case, Status
from tocsin.joint.parties import PartyId

BY_MEMBERS = {"join", "position", "draft_outcome", "stand", "sign_off"}
BY_EXPERTS = {"take", "hand_back", "ask", "sign", "amend"}


@dataclass
class Judge:
    """What follows from the acts that had effect.

    members   of the panel of this round that was called last
    signed    by opinion: its author's state and identifier
    standing  opinions and outcomes of this round that nobody has taken back
    is_read   whether those who asked have read all that was signed
    """

    team: frozenset[PartyId] = frozenset()
    experts: dict[PartyId, frozenset[PartyId]] = field(default_factory=dict)
    members: frozenset[PartyId] = frozenset()
    panel_is_open: bool = False
    signed: dict[str, PartyId] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)
    is_read: bool = False
    is_told: bool = False

    def hears(self, act: Act) -> None:
        """Fail where somebody said what they could not."""
        hospital = speaker = None
        if "as" in act.said:
            hospital, voice = PartyId.of(act.said["as"]["hospital"]), act.said["as"]["clinician"]
            speaker = None if voice is None else PartyId.of(voice)
            assert act.origin == hospital.origin, "a state spoke in another's name"
        if act.kind in BY_EXPERTS:
            assert speaker in self.experts[hospital], f"{act.kind} by somebody who had not the case"
        if act.kind in BY_MEMBERS:
            assert speaker in self.members
        self._hears_of_those_who_have_it(act, hospital, speaker)
        self._hears_of_what_is_signed(act, speaker)
        self._hears_of_what_follows(act)

    def _hears_of_those_who_have_it(self, act: Act, hospital: PartyId | None, speaker: PartyId | None) -> None:
        said = act.said
        match act.kind:
            case "submit":
                self.team = ids(said["as"]["clinician"], *said["team"])
            case "name_team":
                self.team = ids(*said["clinicians"])
            case "allocate":
                self.experts[hospital] = ids(*said["experts"])
            case "hand_back":
                self.experts[hospital] -= {speaker}
            case "decline":
                self.experts.pop(hospital, None)
            case "return" | "resubmit":
                self.experts.clear()
            case "convene":
                self.members, self.panel_is_open = ids(*said["members"]), True
            case "dissolve":
                self.panel_is_open = False

    def _hears_of_what_is_signed(self, act: Act, speaker: PartyId | None) -> None:
        said = act.said
        match act.kind:
            case "sign_off":
                self.panel_is_open = False
                self.standing.add("outcome")
            case "sign":
                assert said["id"] not in self.signed
                self.signed[said["id"]] = speaker
                self.standing.add(said["id"])
            case "amend":
                assert self.signed[said["opinion"]] == speaker, "somebody signed for another"
            case "retract":
                assert speaker in (None, self.signed[said["opinion"]])
                self.standing.discard(said["opinion"])
        if act.kind in {"sign", "sign_off", "amend", "retract"}:
            self.is_read = False

    def _hears_of_what_follows(self, act: Act) -> None:
        match act.kind:
            case "acknowledge":
                assert self.standing or self.is_told, "there was nothing to read"
                self.is_read = True
            case "follow_up":
                assert self.is_read, "told before what was signed had been read"
                self.is_told = True
            case "close":
                assert self.is_told
            case "reopen":
                self.standing, self.members, self.panel_is_open = set(), frozenset(), False
                self.is_read = self.is_told = False

    def agrees(self, case: Case) -> None:
        """Fail where the case says otherwise."""
        experts = frozenset(one for named in self.experts.values() for one in named)
        assert case.readers == self.team | experts | self.members
        assert case.experts == experts
        match case.status:
            case Status.ANSWERED:
                assert self.standing
                assert not self.panel_is_open
                assert not self.is_read
            case Status.ACKNOWLEDGED | Status.FOLLOW_UP_DUE | Status.FOLLOWED_UP:
                assert self.is_read
                assert (case.status is Status.FOLLOWED_UP) == self.is_told
            case Status.SUBMITTED:
                assert not experts
                assert not self.panel_is_open
            case Status.ALLOCATED | Status.IN_REVIEW | Status.INFO_REQUESTED:
                assert experts or self.panel_is_open
                assert not self.standing or self.panel_is_open
                assert (case.status is Status.INFO_REQUESTED) == bool(case.open_questions)
