"""What the proven acts of a file come to: the decision, how each state takes part in it, its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.joint.acts import Act, Applied, ObjectId, Reference
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import Arrangement, arranged, chain_of
from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.form import text_as_said
from tocsin.joint.sealed.positions import Read
from tocsin.joint.sealed.proving import Proven
from tocsin.joint.sealed.reading import SealedFile

__all__ = ["Judged", "TakesPart", "TextSeen", "judged", "object_of", "parts_of"]


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


def judged(file: SealedFile, proven: Sequence[Proven], found: Faults) -> Judged | None:
    """The decision that proven acts make; None if they are not whole or adopt nothing, which is a fault.

    What the file says of it beside the signed acts has to say the same.
    """
    by_act = {(one.act.origin, one.act.id): one for one in proven}
    arrangement = _arranged(proven, by_act, found)
    if arrangement is None:
        return None
    rules = rules_carried(arrangement.applied[0].act)
    decision = decision_of(arrangement.applied, rules=rules)
    if decision.adopted is None or decision.adoption is None:
        _say_why_not(decision, by_act, found)
        return None
    texts = tuple(_text(decision, language) for language in decision.text.languages)
    _check_labels(file, decision, found)
    return Judged(decision, rules, arrangement, parts_of(decision, arrangement.applied, by_act), texts)


# The order


def _arranged(proven: Sequence[Proven], by_act: Mapping[tuple[str, str], Proven], found: Faults) -> Arrangement | None:
    owned = [one.act for one in proven if one.act.is_owners]
    others = {key: one.act for key, one in by_act.items() if not one.act.is_owners}
    arrangement, before = arranged(owned, others), len(found.found)
    for owner, missing in _missing(owned, others):
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
    for act in arrangement.proposals:
        one = by_act[act.origin, act.id]
        found.fault(one.where, "not-in-order", "no order of the owner takes it in", one.carried.read.at)
    return arrangement


def _missing(owned: Sequence[Act], others: Mapping[tuple[str, str], Act]) -> list[tuple[str, Reference]]:
    """What orders take in that is not there as it was, each with the owner's document that does."""
    missing = []
    for act in owned:
        for one in act.order.includes if act.order else ():
            there = others.get((one.origin, one.id))
            if there is None or there.digest != one.digest:
                missing.append((f"document {act.order.number if act.order else 0} of {act.origin} about it", one))
    return missing


def _say_why_not(decision: Decision, by_act: Mapping[tuple[str, str], Proven], found: Faults) -> None:
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


def parts_of(
    decision: Decision, applied: Sequence[Applied], by_act: Mapping[tuple[str, str], Proven]
) -> tuple[TakesPart, ...]:
    """The states concerned in the decision's order, then those that acceded."""
    if decision.adoption is None:
        return ()
    at = {(one.act.origin, one.act.id): one for one in applied}
    parts = {
        one.state: _part(one.state, one.by, [at[one.state, id] for id in one.acts], decision, by_act)
        for one in decision.adoption.citations
    }
    for state, absence in decision.left_out.items():
        if state not in parts:
            parts[state] = _part(state, "left_out", [absence.applied], decision, by_act)
    first = [parts[state] for state in decision.concerned if state in parts]
    return (*first, *(_part(one.state, "accession", [one.applied], decision, by_act) for one in decision.accessions))


def _part(
    state: str, by: str, acts: Sequence[Applied], decision: Decision, by_act: Mapping[tuple[str, str], Proven]
) -> TakesPart:
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
    if said.keys() == {"origin", "id"} and all(isinstance(one, str) for one in said.values()):
        return ObjectId.of(said)
    found.fault("the object", "file-form", "it is not an origin and an id", file.at("object"))
    return None
