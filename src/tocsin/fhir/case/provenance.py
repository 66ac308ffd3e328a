"""Where each part of a case comes from: the act that said it, by the digests of the documents that were signed."""

from collections.abc import Iterator, Mapping

from tocsin.fhir.canonical import BASE
from tocsin.fhir.case.given import Said
from tocsin.fhir.case.making import Json, Making, concept, moment
from tocsin.fhir.case.talk import FOLLOW_UP, SPOKEN

__all__ = ["DIGEST", "provenance"]

DIGEST = BASE + "document-digest"
_AUTHOR = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "author"}]
}


def provenance(making: Making) -> Iterator[Json]:
    """One for each act, in their order."""
    targets = _answers(making)
    for act in making.acts:
        who = making.speaker(act) or {"display": "by the machine"}
        sources = [act.digest, *([act.note.digest] if act.note is not None else [])]
        yield {
            "resourceType": "Provenance", "id": making.id("provenance", act.id),
            "target": [targets.get(act.id) or _target(making, act)], "occurredDateTime": moment(act.at),
            "recorded": moment(act.at), "activity": concept("act", act.kind),
            "agent": [{"type": _AUTHOR, "who": who}],
            "entity": [
                {"role": "source", "what": {"identifier": {"system": DIGEST, "value": one}}} for one in sources
            ],
        }  # fmt: skip


def _answers(making: Making) -> Mapping[str, Json]:
    """Of each act that signed an opinion, its document; of what retracts one, the report."""
    found: dict[str, Json] = {}
    revisions: dict[str, int] = {}
    for act in making.of_kind("sign", "amend", "retract"):
        name = act.said["id"] if act.kind == "sign" else act.said["opinion"]
        if act.kind == "retract":
            found[act.id] = making.reference("opinion", name)
        else:
            revisions[name] = revisions.get(name, 0) + 1
            found[act.id] = making.reference("opinion", name, revisions[name])
    return found


def _target(making: Making, act: Said) -> Json:
    """What an act made, else the course of the case."""
    if act.kind == FOLLOW_UP:
        return making.reference("followed", act.id)
    if act.kind in SPOKEN and act.note is not None:
        return making.reference("said", act.id)
    return making.request if act.kind in ("submit", "resubmit") else making.reference("task")
