"""The whole state of a decision at one place of the order, frozen: another act makes another state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.decisions.measures import Duty, Measure, MeasureState
from tocsin.joint.decisions.silences import Silence
from tocsin.joint.growing import Growing
from tocsin.joint.limits import Counts
from tocsin.joint.refusing import Refused
from tocsin.joint.texts.paragraphs import Text

__all__ = [
    "OPEN", "OVER", "STANDS", "Absence", "Accession", "Adoption", "Citation", "Decision", "InForce", "Remark",
    "Standing", "Status", "Step", "Version",
]  # fmt: skip


class Status(StrEnum):
    """How far a decision has come. NONE: nothing has opened it."""

    NONE = "NONE"
    PROPOSED = "PROPOSED"
    UNDER_CONSIDERATION = "UNDER_CONSIDERATION"
    SILENCE_PROCEDURE = "SILENCE_PROCEDURE"
    ADOPTED = "ADOPTED"
    IN_FORCE = "IN_FORCE"
    IMPLEMENTED = "IMPLEMENTED"
    LAPSED = "LAPSED"
    REVOKED = "REVOKED"
    NOT_AGREED = "NOT_AGREED"
    WITHDRAWN = "WITHDRAWN"


OPEN = frozenset({Status.PROPOSED, Status.UNDER_CONSIDERATION, Status.SILENCE_PROCEDURE})
STANDS = frozenset({Status.ADOPTED, Status.IN_FORCE, Status.IMPLEMENTED})  # adopted, and still so
OVER = frozenset({Status.LAPSED, Status.REVOKED, Status.NOT_AGREED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Version:
    """A text that was on the table, with the measures and duties that belong to it, and the act that brought it.

    translated  by paragraph and language, which act brought the words that stand there beside the authentic ones
    """

    text: Text
    measures: tuple[Measure, ...]
    duties: tuple[Duty, ...]
    applied: Applied
    note: str = ""
    translated: Mapping[tuple[str, str], Applied] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def number(self) -> int:
        """1 for the one that was proposed."""
        return self.text.version


@dataclass(frozen=True, slots=True)
class Standing:
    """What a state has said last of adoption.

    kind           outstanding, consents, stays_out, objects; in the view of `Decision.standing` also silent, left_out
    version        that it speaks of
    ad_referendum  it consents, and its capital has not cleared that yet
    since, until   of its silence, by the owner's time
    called         whether it has answered the closing call
    """

    kind: str = "outstanding"
    applied: Applied | None = None
    version: int = 0
    ad_referendum: bool = False
    since: datetime | None = None
    until: datetime | None = None
    called: bool = False


@dataclass(frozen=True, slots=True)
class InForce:
    """When it enters into force: once `adopted`, once all have `cleared` it, or `on` a day."""

    when: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment or a position on record; `version` the one on the table, or that the comment names."""

    applied: Applied
    version: int
    paragraph: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """By what a state is counted at adoption: `consent`, `silence`, `stays_out`, and the documents that say so."""

    state: str
    by: str
    acts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As the act of adoption says it."""
        return {"state": self.state, "by": self.by, "acts": list(self.acts)}


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption says: the version, and of each state waited for what it is counted by."""

    version: int
    citations: tuple[Citation, ...]

    def as_said(self) -> dict[str, Any]:
        """What the act `adopt` says."""
        return {"version": self.version, "states": [one.as_json() for one in self.citations]}


@dataclass(frozen=True, slots=True)
class Accession:
    """A state that joined once it was adopted."""

    state: str
    declaration: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a state is left out, and since when."""

    reason: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Step:
    """An act that took effect, and the status that it left behind."""

    applied: Applied
    status: Status


@dataclass(frozen=True)
class Decision:
    """A decision as the acts in its order make it.

    standings  what each state concerned said last, of whatever version; `standing` says what counts now
    silences   every silence procedure; the last may still run
    adopted    the act of adoption; `adoption` is what it cites
    refused    acts that changed nothing
    history    acts that took effect
    counts     how much each state has said: `joint.limits`
    """

    object: ObjectId | None = None
    opening: Applied | None = None
    status: Status = Status.NONE
    body: str = ""
    kind: str = ""
    concerned: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    event: ObjectId | None = None
    session: ObjectId | None = None
    amends: ObjectId | None = None
    year: int | None = None
    in_force: InForce = InForce("adopted", None)
    until: datetime | None = None
    versions: tuple[Version, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[str, Absence] = field(default_factory=lambda: MappingProxyType({}))
    silences: tuple[Silence, ...] = ()
    comments: Growing[Remark] = field(default_factory=Growing)
    positions: Growing[Remark] = field(default_factory=Growing)
    adopted: Applied | None = None
    adoption: Adoption | None = None
    in_force_since: Applied | None = None
    ended: Applied | None = None
    accessions: tuple[Accession, ...] = ()
    measures: tuple[MeasureState, ...] = ()
    refused: Growing[Refused] = field(default_factory=Growing)
    history: Growing[Step] = field(default_factory=Growing)
    counts: Counts = field(default_factory=dict, repr=False, compare=False)

    @property
    def owner(self) -> str:
        """The node that keeps it: the depositary."""
        return self.object.origin if self.object else ""

    @property
    def version(self) -> Version:
        """The version on the table, or the one that was adopted. There is one as soon as the decision is open."""
        return self.versions[-1]

    @property
    def text(self) -> Text:
        """Its text."""
        return self.version.text

    @property
    def waited_for(self) -> tuple[str, ...]:
        """The states concerned that are not left out."""
        return tuple(state for state in self.concerned if state not in self.left_out)

    @property
    def silence(self) -> Silence | None:
        """The silence procedure that runs."""
        return self.silences[-1] if self.status is Status.SILENCE_PROCEDURE else None

    def standing(self, state: str) -> Standing:
        """How a state concerned stands towards the version on the table."""
        said = self.standings.get(state, Standing())
        if state in self.left_out:
            return Standing("left_out", self.left_out[state].applied)
        if said.kind == "objects" or (said.kind != "outstanding" and said.version == self.version.number):
            return said
        own = self._silence_shown.states.get(state) if self._silence_shown else None
        if own is None:
            return Standing()
        return Standing(
            "silent", own.began, self.version.number, since=own.since, until=own.until, called=own.closed is not None
        )

    @property
    def _silence_shown(self) -> Silence | None:
        """The silence procedure that runs, or by which it was adopted."""
        if self.adopted and self.silences and self.silences[-1].ended is self.adopted:
            return self.silences[-1]
        return self.silence

    @property
    def objecting(self) -> tuple[str, ...]:
        """States whose objections stand."""
        return tuple(state for state in self.waited_for if self.standing(state).kind == "objects")

    @property
    def bound(self) -> tuple[str, ...]:
        """States for which it was adopted and whose capitals have not refused, and those that acceded since."""
        adopted = self.adoption.citations if self.adoption else ()
        first = [one.state for one in adopted if not self._stays_out(one.state)]
        return (*first, *(one.state for one in self.accessions))

    @property
    def not_cleared(self) -> tuple[str, ...]:
        """States that consented ad referendum and whose capitals have not answered."""
        return tuple(state for state in self.waited_for if self.standing(state).ad_referendum)

    def _stays_out(self, state: str) -> bool:
        said = self.standings.get(state, Standing())
        return said.kind == "stays_out" and said.version == self.version.number

    def measure(self, id: str) -> MeasureState | None:
        """The measure of that name; there are none before adoption."""
        return next((one for one in self.measures if one.measure.id == id), None)
