"""A transfer judged a second time: how far it is, from the acts that had effect, by docs/transfers.md.

No code of `tocsin.joint.transfers` judges here.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.joint.acts import Act, Applied
from tocsin.joint.parties import PartyId
from tocsin.joint.transfers import Status, Transfer

__all__ = ["OF_RECEIVER", "OF_SENDER", "Judge"]

UNANSWERED = timedelta(days=3)
OF_RECEIVER = {"accept", "take_back", "decline", "arrive", "end"}
AFTERWARDS = {"order", "lapse", "message", "consent"}  # what is said of a transfer that is over
OF_SENDER = {"request", "supplement", "cancel", "depart", "consent"}


@dataclass
class Judge:
    """What follows from the acts that had effect.

    until    when it lapses by itself: nobody has answered for three days, or the bed is not kept any longer
    has_bed  the receiving hospital has one for the patient, and has not taken it back
    signed   the hospitals that signed the hand-over
    over     how it ended; hardly anything comes after
    """

    sending: PartyId | None = None
    receiving: PartyId | None = None
    until: datetime | None = None
    has_bed: bool = False
    is_gone: bool = False
    is_there: bool = False
    signed: list[PartyId] = field(default_factory=list)
    over: Status | None = None

    def time_passes(self, at: datetime) -> None:
        """An order was given at that time, whatever it says."""
        if self.over is None and not self.is_gone and self.until is not None and at >= self.until:
            self.over = Status.LAPSED

    def hears(self, applied: Applied) -> None:
        """Fail where somebody said what they could not."""
        act, said = applied.act, applied.act.said
        self._hears_who_speaks(act)
        assert self.over is None or act.kind in AFTERWARDS, "something came of a transfer that was over"
        hospital = PartyId.of(said["as"]["hospital"]) if "as" in said else None
        match act.kind:
            case "request":
                self.until = applied.at + UNANSWERED
            case "accept":
                self.has_bed, self.until = True, datetime.fromisoformat(said["until"])
            case "take_back":
                assert not self.is_gone, "the bed was taken back from somebody who is on the way"
                self.has_bed, self.until = False, applied.at + UNANSWERED
            case "depart":
                assert self.has_bed, "nobody leaves without a bed"
                self.is_gone = True
            case "arrive":
                assert self.is_gone
                self.is_there = True
            case "sign":
                assert self.is_there
                assert hospital not in self.signed, "handed over by one side alone"
                self.signed.append(hospital)
            case "consent":
                assert self.over is not Status.WITHDRAWN, "the patient agreed no longer, and that stands"
                self.over = self.over if said["given"] else Status.WITHDRAWN
            case "message":
                assert self.over is not Status.WITHDRAWN, "something was said of a patient who does not agree"
            case "lapse":
                assert self.over is Status.LAPSED
            case "decline" | "cancel":
                assert not self.is_there, "given up once the patient was there"
                assert act.kind == "cancel" or not self.has_bed, "declined with a bed kept"
                self.over = {"decline": Status.DECLINED, "cancel": Status.CANCELLED}[act.kind]
            case "end":
                assert len(self.signed) == 2
                self.over = Status.ENDED

    def _hears_who_speaks(self, act: Act) -> None:
        said = act.said
        if act.kind == "request":
            self.sending, self.receiving = PartyId.of(said["as"]["hospital"]), PartyId.of(said["to"])
        hospital = PartyId.of(said["as"]["hospital"]) if "as" in said else None
        if hospital is not None:
            assert act.origin == hospital.origin, "a state spoke in another's name"
            assert hospital in (self.sending, self.receiving)
        assert act.kind not in OF_RECEIVER or hospital == self.receiving
        assert act.kind not in OF_SENDER or hospital == self.sending

    def agrees(self, transfer: Transfer) -> None:
        """How far it is, by the fold and here."""
        if self.sending is None:
            assert transfer.status is Status.NONE
            return
        reached = [
            (len(self.signed) == 2, Status.HANDED_OVER), (self.is_there, Status.ARRIVED),
            (self.is_gone, Status.DEPARTED), (self.has_bed, Status.ACCEPTED), (True, Status.REQUESTED),
        ]  # fmt: skip
        far = next(status for is_so, status in reached if is_so)
        assert transfer.status is (self.over or far)
        assert {one.origin for one in transfer.senders} <= {self.sending.origin}
        assert {one.origin for one in transfer.receivers} <= {self.receiving.origin}
