"""What the proven acts of a file come to: the decision, how each state takes part in it, its text."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.exchange.documents import UUID
from tocsin.exchange.streams import NODE
from tocsin.exchange.trust.list import TrustList
from tocsin.joint.acts import PASSING, Act, Applied, ObjectId, Reference
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Decision
from tocsin.joint.limits import Counts, counted, has_said_all
from tocsin.joint.ordering import Arrangement, arranged, chain_of
from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.form import text_as_said
from tocsin.joint.sealed.positions import Read
from tocsin.joint.sealed.proving import Proven
from tocsin.joint.sealed.reading import SealedFile

__all__ = ["Judged", "TakesPart", "TextSeen", "judged", "object_of", "parts_of", "said_all_at"]

Key = tuple[str, str]  # of an act: its node, its identifier


@dataclass(frozen=True)
class TakesPart:
    """How a state takes part in the decision, and what proves it.

    by             consent, silence, stays_out; accession, once it was adopted; left_out
    at             when the order took that in, by the owner's time; of a silence, its end
    since          of a silence, its beginning
    ad_referendum  whether it consented ad referendum
    cleared        what its capital said of that; None where it has said nothing, or was not asked
    documents      what proves it, each by its place in its stream
    keys           identifiers of the keys that signed these
    """

    state: str
    by: str
    at: datetime
    since: datetime | None = None
    ad_referendum: bool = False
    cleared: bool | None = None
    documents: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextSeen:
    """The adopted text in one language: `paragraphs` of kind and words, None where one is not in that language.

    official   whether it was adopted in this language; another is a translation, by which nobody is bound
    """

    language: str
    official: bool
    digest: str
    paragraphs: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Judged:
    """What the acts come to; `arrangement` is their order, `rules` are those that the decision was proposed under."""

    decision: Decision
    rules: BodyRules
    arrangement: Arrangement
    states: tuple[TakesPart, ...]
    texts: tuple[TextSeen, ...]


def judged(file: SealedFile, proven: Sequence[Proven], trust: TrustList, found: Faults) -> Judged | None:
    """The decision that proven acts make; None if they are not whole or adopt nothing, which is a fault.

    What the file says of it beside the signed acts has to say the same.
    """
    by_act = {(one.act.origin, one.act.id): one for one in proven}
    _check_readers(proven, found)
    arrangement = _arranged(proven, by_act, found)
    if arrangement is None or not arrangement.applied:
        return None
    rules = rules_carried(arrangement.applied[0].act)
    decision = decision_of(arrangement.applied, rules=rules)
    if decision.adopted is None or decision.adoption is None:
        _say_why_not(decision, by_act, found)
        return None
    _note_left_out(decision, trust, found)
    texts = tuple(_text(decision, language) for language in decision.text.languages)
    _check_labels(file, decision, found)
    return Judged(decision, rules, arrangement, parts_of(decision, arrangement.applied, by_act), texts)


# The order


def _check_readers(proven: Sequence[Proven], found: Faults) -> None:
    """An act for other readers than the object's is taken in by no node: not all of them could read it."""
    opening = next((one for one in proven if one.act.is_owners and one.act.id == one.act.object.id), None)
    for one in proven:
        if opening is not None and _readers(one) != _readers(opening):
            what = "it is for other readers than the decision is, so that no order can take it in"
            found.fault(one.where, "other-readers", what, one.carried.part("item"))


def _readers(one: Proven) -> tuple[str, frozenset[str]]:
    to = one.document.addressees
    return one.document.classification, frozenset((one.document.origin, *to)) if to else frozenset()


def _arranged(proven: Sequence[Proven], by_act: Mapping[Key, Proven], found: Faults) -> Arrangement | None:
    owned = [one.act for one in proven if one.act.is_owners and not one.is_void]
    others = {key: one.act for key, one in by_act.items() if not (one.act.is_owners or one.is_void)}
    over = _passed_over(owned, others, by_act, found)
    over |= _without_effect(owned, others, over, found)
    arrangement, before = arranged(owned, others, void=over), len(found.found)
    for _, owner, missing in _missing(owned, others, over):
        where = f"{missing.origin}/{missing.epoch} {missing.number}"
        what = f"{owner} takes in this act of {missing.origin}, {missing.id}, and it is not in the file"
        found.fault(where, "act-missing", what)
    in_chain = {act.id for act in chain_of(owned)}
    for act in owned:
        if act.id not in in_chain:
            number = act.order.number - 1 if act.order else 0
            what = f"it goes on from the owner's document {number} about the decision, which is not in the file"
            found.fault(
                by_act[act.origin, act.id].where, "act-missing", what, by_act[act.origin, act.id].carried.read.at
            )
    if not owned:
        found.fault("the file", "act-missing", "it has no act of the decision's owner")
    if len(found.found) > before:
        return None
    void = [one.act for key, one in by_act.items() if one.is_void and key not in over]
    for act in (*arrangement.proposals, *void):
        one = by_act[act.origin, act.id]
        found.fault(one.where, "not-in-order", "no order of the owner takes it in", one.carried.read.at)
    return arrangement if len(found.found) == before else None


def _passed_over(
    owned: Sequence[Act], others: Mapping[Key, Act], by_act: Mapping[Key, Proven], found: Faults
) -> set[Key]:
    """What orders take in and no node counts, as the file shows; and what need not be in it, as nothing rests on it."""
    over, passing = set(), 0
    for one in _taken_in(owned):
        key = (one.origin, one.id)
        there = by_act.get(key)
        if there is not None and there.is_void and there.act.digest == one.digest:
            over.add(key)
            found.note(f"{there.where}: the key that signed it had ended there, so that it counts at no node")
        elif there is None and one.kind in PASSING["decision"] and key not in over:
            over.add(key)
            passing += 1
    if passing:
        found.note(f"comments and positions that its order takes in and that the file does not carry: {passing}")
    return over


def _without_effect(owned: Sequence[Act], others: Mapping[Key, Act], over: Collection[Key], found: Faults) -> set[Key]:
    """What is not in the file and came when its state had said all that it may: the rules refuse it, whatever it is."""
    missing = _missing(owned, others, over)
    if not missing:
        return set()
    arrangement = arranged(owned, others, void={*over, *((one.origin, one.id) for _, _, one in missing)})
    all_said = said_all_at(arrangement.applied)
    late = {
        (one.origin, one.id) for number, _, one in missing
        if one.origin in all_said and all_said[one.origin] < number and (one.origin, one.id) not in others
    }  # fmt: skip
    if late:
        found.note(
            f"acts that the file does not carry, since their states had said before all that they may: {len(late)}"
        )
    return late


def said_all_at(applied: Sequence[Applied]) -> dict[str, int]:
    """Of states that have said all that they may of the object, by which of the owner's documents."""
    counts: Counts = {}
    found: dict[str, int] = {}
    for one in applied:
        counts = counted(counts, one.act)
        if one.act.origin not in found and has_said_all(counts, one.act.origin):
            found[one.act.origin] = one.number
    return found


def _taken_in(owned: Iterable[Act]) -> Iterator[Reference]:
    for act in owned:
        yield from act.order.includes if act.order else ()


def _missing(
    owned: Sequence[Act], others: Mapping[Key, Act], over: Collection[Key]
) -> list[tuple[int, str, Reference]]:
    """What orders take in that is not there as it was, each with the number and the name of the document that does."""
    missing = []
    for act in owned:
        for one in _taken_in((act,)):
            there = others.get((one.origin, one.id))
            if (one.origin, one.id) not in over and (there is None or there.digest != one.digest):
                number = act.order.number if act.order else 0
                missing.append((number, f"document {number} of {act.origin} about it", one))
    return missing


def _note_left_out(decision: Decision, trust: TrustList, found: Faults) -> None:
    """Whoever was left out by the owner's word, and takes part by the list."""
    for state, left_out in _left_out(decision).items():
        entry = trust.nodes.get(state)
        if entry is not None and entry.status == "active":
            reason = left_out.act.said["reason"]
            found.note(f"{state} was left out of it as {reason}, by its owner's word, and is active by this trust list")


def _left_out(decision: Decision) -> dict[str, Applied]:
    """States that were left out when it was adopted, or are at the end, each with the act that did it last."""
    counted = {one.state for one in decision.adoption.citations} if decision.adoption else set()
    steps = [step.applied for step in decision.history if step.applied.act.kind == "leave_out"]
    last = {one.act.said["state"]: one for one in steps}
    return {state: one for state, one in last.items() if state in decision.left_out or state not in counted}


def _say_why_not(decision: Decision, by_act: Mapping[Key, Proven], found: Faults) -> None:
    refused = [one for one in decision.refused if one.applied.act.kind == "adopt"]
    for one in refused:
        proven = by_act[one.applied.act.origin, one.applied.act.id]
        what = f"the adoption does not stand: {one.code}{_values(one.values)}"
        found.fault(proven.where, "not-adopted", what, proven.carried.read.at)
    if not refused:
        found.fault("the decision", "not-adopted", f"its states have not adopted it; it is {decision.status}")


def _values(values: Mapping[str, Any]) -> str:
    said = ", ".join(f"{name} {_value(value)}" for name, value in values.items())
    return f" ({said})" if said else ""


def _value(value: Any) -> str:
    return " ".join(_value(one) for one in value) if isinstance(value, tuple | list) else str(value)


# How states take part


def parts_of(decision: Decision, applied: Sequence[Applied], by_act: Mapping[Key, Proven]) -> tuple[TakesPart, ...]:
    """The states concerned in the decision's order, then those that acceded."""
    if decision.adoption is None:
        return ()
    at = {(one.act.origin, one.act.id): one for one in applied}
    parts = {
        one.state: _part(one.state, one.by, [at[one.state, id] for id in one.acts], decision, by_act)
        for one in decision.adoption.citations
    }
    for state, left_out in _left_out(decision).items():
        if state not in parts:
            parts[state] = _part(state, "left_out", [left_out], decision, by_act)
    first = [parts[state] for state in decision.concerned if state in parts]
    return (*first, *(_part(one.state, "accession", [one.applied], decision, by_act) for one in decision.accessions))


def _part(state: str, by: str, acts: Sequence[Applied], decision: Decision, by_act: Mapping[Key, Proven]) -> TakesPart:
    ad_referendum = by == "consent" and bool(acts[-1].act.said["ad_referendum"])
    answers = [
        step.applied for step in decision.history
        if ad_referendum and step.applied.act.origin == state and step.applied.act.kind in ("clear", "not_clear")
    ]  # fmt: skip
    proofs = [by_act[one.act.origin, one.act.id] for one in (*acts, *answers)]
    return TakesPart(
        state, by, acts[-1].at,
        since=acts[0].at if by == "silence" else None,
        ad_referendum=ad_referendum,
        cleared=answers[-1].act.kind == "clear" if answers else None,
        documents=tuple(one.where for one in proofs),
        keys=tuple(sorted({key for one in proofs for key in one.keys})),
    )  # fmt: skip


# Its text, and what the file says beside the acts


def _text(decision: Decision, language: str) -> TextSeen:
    said = text_as_said(decision.text, language)
    paragraphs = tuple((one["kind"], one["text"]) for one in said["paragraphs"])
    return TextSeen(language, language in decision.official, said["digest"], paragraphs)


def _check_labels(file: SealedFile, decision: Decision, found: Faults) -> None:
    title = file.said.get("title")
    if title is not None and title != dict(decision.title):
        found.fault("the title", "label-wrong", "it is not the title that was signed", file.at("title"))
    texts, places = file.said.get("texts"), file.places.get("texts")
    if not isinstance(texts, dict) or places is None:
        return  # that it is not of its form is said already
    for language in sorted(texts.keys() | set(decision.text.languages)):
        if language not in texts:
            found.fault(f"the text {language}", "text-altered", "it was adopted, and is not in the file", places.at)
        elif language not in decision.text.languages:
            at = places.value[language].at
            found.fault(f"the text {language}", "text-altered", "nothing was adopted in this language", at)
        elif texts[language] != (signed := text_as_said(decision.text, language)):
            where, at = _differs(texts[language], signed, places.value[language])
            found.fault(f"the text {language}{where}", "text-altered", "it is not what was signed", at)


def _differs(said: Any, signed: Mapping[str, Any], places: Read) -> tuple[str, Span]:
    """Which paragraph of a text is another than the one that was signed, and its bytes; else the whole of it."""
    paragraphs = said.get("paragraphs") if isinstance(said, dict) else None
    if isinstance(paragraphs, list) and len(paragraphs) == len(signed["paragraphs"]):
        for at, (one, other) in enumerate(zip(paragraphs, signed["paragraphs"], strict=True)):
            if one != other:
                return f", paragraph {at + 1}", places.value["paragraphs"].value[at].at
        if "digest" in said and said["digest"] != signed["digest"]:
            return ", its digest", places.value["digest"].at
    return "", places.at


def object_of(file: SealedFile, found: Faults) -> ObjectId | None:
    """Which decision the file says it is of; None if it does not say so in its form, which is a fault."""
    said = file.said.get("object")
    if said is None:
        return None
    if said.keys() == {"origin", "id"} and _names(said["origin"], said["id"]):
        return ObjectId.of(said)
    found.fault("the object", "file-form", "it is not an origin and an id", file.at("object"))
    return None


def _names(origin: object, id: object) -> bool:
    """Whether these have the form of a node's name and of a document's identifier."""
    return (
        isinstance(origin, str)
        and NODE.fullmatch(origin) is not None
        and isinstance(id, str)
        and UUID.fullmatch(id) is not None
    )
