"""A sealed decision verified: by the trust list alone, on a machine that knows nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.exchange.trust.list import TrustList
from tocsin.joint.acts import ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.sealed.altered import find_altered, find_break
from tocsin.joint.sealed.faults import Fault, Faults, line
from tocsin.joint.sealed.form import ANY_FILE, Bounds
from tocsin.joint.sealed.judging import Judged, TakesPart, TextSeen, judged, object_of
from tocsin.joint.sealed.proving import Proven, proven_documents
from tocsin.joint.sealed.reading import SealedFile, read_file

__all__ = ["Verified", "verify_sealed"]

MOST_TITLES = 100  # languages of a title that are told


@dataclass(frozen=True)
class Verified:
    """What a file is, what it proves, and what is wrong with it.

    object, made_at, made_by, title   by the file's own word, until nothing is wrong
    status       of the decision at the end of the order that the file has; "" where it proves none
    adopted_at   by the owner's time, as `through_at`, the time of the last document of the order, number `through`
    rules        those of its body that it was proposed under, as its owner signed them
    readers      classifications of its documents, with their addressees
    acts         how many documents are proven
    unreadable   why it could not be read to its end
    """

    alliance: str = ""
    exercise: bool = False
    object: ObjectId | None = None
    made_at: str = ""
    made_by: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    kind: str = ""
    status: str = ""
    adopted_at: datetime | None = None
    through: int = 0
    through_at: datetime | None = None
    rules: BodyRules | None = None
    states: tuple[TakesPart, ...] = ()
    texts: tuple[TextSeen, ...] = ()
    readers: tuple[str, ...] = ()
    acts: int = 0
    judged_by: int = 0
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def holds(self) -> bool:
        """Whether all of it verifies: nothing is wrong, and it proves an adoption."""
        return not self.faults and not self.unreadable and self.adopted_at is not None

    def text(self, language: str) -> TextSeen | None:
        """The adopted text in a language."""
        return next((one for one in self.texts if one.language == language), None)


def verify_sealed(
    data: bytes, trust: TrustList, *, now: datetime, searches: int = 3, bounds: Bounds = ANY_FILE
) -> Verified:
    """What a sealed decision proves by this list, and what is wrong with it. Raises nothing.

    searches   how many times the one changed byte is looked for within what is known to be changed; seconds each
    bounds     how much of it is looked at; what has more is not verified, whatever it says
    """
    found = Faults(searches=searches)
    file = read_file(data, found, bounds=bounds)
    if file.unreadable:
        find_break(data, found)
        return Verified(faults=found.listed(), unreadable=file.unreadable, judged_by=trust.version)
    if trust.stale(now):
        found.note(f"the trust list it is judged by has expired on {trust.expires:%Y-%m-%d}")
    object = object_of(file, found)
    proven, outcome = _judged(file, trust, object, now, found)
    find_altered(file, data, found)
    return _verified(file, trust, object, proven, outcome, found)


def _judged(
    file: SealedFile,
    trust: TrustList,
    object: ObjectId | None,
    now: datetime,
    found: Faults,
) -> tuple[list[Proven], Judged | None]:
    if (alliance := file.said.get("alliance")) not in (None, trust.alliance):
        what = f"it says it is of the alliance {alliance}; the list is of {trust.alliance}"
        found.fault("the file", "other-alliance", what, file.at("alliance"))
        return [], None
    if object is None:
        return [], None
    proven = proven_documents(file, trust, now=now, found=found)
    if len(proven) < file.carried or found.is_full:
        found.note("what it adopts is not judged while something of it is not proven")
        return proven, None
    return proven, judged(file, proven, trust, found)


def _verified(
    file: SealedFile,
    trust: TrustList,
    object: ObjectId | None,
    proven: list[Proven],
    outcome: Judged | None,
    found: Faults,
) -> Verified:
    said, decision = file.said, outcome.decision if outcome else None
    last = outcome.arrangement.applied[-1] if outcome else None
    title = said.get("title") or {}
    own = {name: line(said.get(name, "")) for name in ("alliance", "made_at", "made_by")}
    return Verified(
        **own, exercise=trust.exercise, object=object,
        title={line(name): line(str(one)) for name, one in list(title.items())[:MOST_TITLES]},
        body=decision.body if decision else "", kind=decision.kind if decision else "",
        status=str(decision.status) if decision else "",
        adopted_at=decision.adopted.at if decision and decision.adopted else None,
        through=last.number if last else 0, through_at=last.at if last else None,
        rules=outcome.rules if outcome else None,
        states=outcome.states if outcome else (), texts=outcome.texts if outcome else (),
        readers=tuple(sorted({_readers(one) for one in proven})), acts=len(proven), judged_by=trust.version,
        faults=found.listed(), notes=tuple(found.notes),
    )  # fmt: skip


def _readers(one: Proven) -> str:
    document = one.document
    to = f" to {', '.join(sorted({document.origin, *document.addressees}))}" if document.addressees else ""
    kept = ", not to be passed on" if document.no_onward_sharing else ""
    return f"{document.classification}{to}{kept}"
