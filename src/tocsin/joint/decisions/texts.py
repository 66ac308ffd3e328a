"""Acts on the text of a decision: it is proposed, considered, amended, translated, commented."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.measures import day_of, read_duties, read_measures
from tocsin.joint.decisions.state import Decision, InForce, Remark, Status, Version
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.texts.amending import amended, read_changes
from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import Text, read_text
from tocsin.joint.texts.translating import translated

__all__ = ["amend", "check_current", "comment", "consider", "position", "propose", "translate"]


def propose(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Open a decision, by a state that the body lets decide, for states that it lets decide."""
    said = applied.act.said
    _check_entitled(applied.act.origin, said, rules)
    text = _first(said["text"])
    brought = _translations(text, None, applied, official=said["official"])
    first = Version(text, read_measures(said["measures"]), read_duties(said["duties"]), applied, translated=brought)
    return Decision(
        object=applied.act.object, opening=applied, status=Status.PROPOSED, body=said["body"], kind=said["kind"],
        concerned=tuple(said["concerned"]), official=tuple(said["official"]), title=dict(said["title"]),
        event=_elsewhere(said["event"]), session=_elsewhere(said["session"]), amends=_elsewhere(said["amends"]),
        year=said["year"], in_force=_in_force(said["in_force"]), refused=decision.refused, versions=(first,),
    )  # fmt: skip


def _check_entitled(origin: str, said: Mapping[str, Any], rules: BodyRules) -> None:
    if said["body"] != rules.code:
        raise NotAllowed("other-body", body=said["body"], expected=rules.code)
    if origin not in rules.members:
        raise NotAllowed("owner-not-entitled", state=origin)
    if strangers := [state for state in said["concerned"] if state not in rules.members]:
        raise NotAllowed("concerned-not-entitled", states=strangers)
    if said["kind"] not in rules.kinds:
        raise NotAllowed("kind-not-allowed", kind=said["kind"])
    if others := [language for language in said["official"] if language not in rules.official]:
        raise NotAllowed("language-not-official", languages=others)


def _first(said: Mapping[str, Any]) -> Text:
    try:
        return read_text(said)
    except TextError as problem:
        raise NotAllowed(problem.code, **problem.values) from None


def _in_force(said: Mapping[str, Any]) -> InForce:
    return InForce(said["when"], day_of(said["on"]) if said["on"] is not None else None)


def _elsewhere(said: Mapping[str, Any] | None) -> ObjectId | None:
    return ObjectId.of(said) if said is not None else None


def consider(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Begin the consideration, or say anew until when it goes on."""
    until = applied.act.said["until"]
    try:
        day = read_moment(until, code="schema", what="until") if until is not None else None
    except Malformed:
        raise NotAllowed("no-such-moment", moment=until) from None
    return replace(decision, status=Status.UNDER_CONSIDERATION, until=day)


def amend(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Put the next version on the table. What states consented to before does not count for it; objections stand."""
    said, last = applied.act.said, decision.version
    check_current(decision, said["base"])
    try:
        changes = read_changes(said["changes"])
        text = amended(last.text, changes, official=decision.official) if changes else _unchanged(last.text)
    except TextError as problem:
        raise NotAllowed(problem.code, **problem.values) from None
    measures = last.measures if said["measures"] is None else read_measures(said["measures"])
    duties = last.duties if said["duties"] is None else read_duties(said["duties"])
    if not changes and (measures, duties) == (last.measures, last.duties):
        raise NotAllowed("nothing-changed")
    brought = _translations(text, last, applied, official=decision.official)
    made = Version(text, measures, duties, applied, said["note"], brought)
    return replace(decision, versions=(*decision.versions, made))


def _unchanged(text: Text) -> Text:
    return Text(text.paragraphs, text.version + 1)


def translate(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Set a translation beside a version. It makes no other version, and nobody's consent depends on it.

    Whoever neither keeps the decision nor is concerned by it, a secretariat for one, adds what is not translated yet,
    and changes its own alone. So does everybody once it is adopted.
    """
    said = applied.act.said
    place = _place_of(decision, said["base"])
    version = decision.versions[place]
    origin = applied.act.origin
    if decision.adopted is not None or origin not in (decision.owner, *decision.concerned):
        _check_own(version, origin, said["language"], said["texts"])
    try:
        text = translated(
            version.text, language=said["language"], standing=said["standing"], texts=said["texts"],
            official=decision.official,
        )  # fmt: skip
    except TextError as problem:
        raise NotAllowed(problem.code, **problem.values) from None
    brought = _translations(text, version, applied, official=decision.official)
    made = replace(version, text=text, translated=brought)
    versions = (*decision.versions[:place], made, *decision.versions[place + 1 :])
    return replace(decision, versions=versions)


def _check_own(version: Version, origin: str, language: str, paragraphs: Iterable[str]) -> None:
    """Refuse to replace what another state has written."""
    wrote = (version.translated.get((id, language)) for id in paragraphs)
    others = sorted({one.act.origin for one in wrote if one is not None} - {origin})
    if others:
        raise NotAllowed("translation-stands", language=language, states=tuple(others))


def _translations(
    text: Text, before: Version | None, applied: Applied, *, official: Collection[str]
) -> dict[tuple[str, str], Applied]:
    """Which act brought each translation of a text: `applied`, where it is not as it was before."""
    found: dict[tuple[str, str], Applied] = {}
    earlier = {one.id: one for one in before.text.paragraphs} if before is not None else {}
    for one in text.paragraphs:
        for language in set(one.texts) - set(official):
            key, was = (one.id, language), earlier.get(one.id)
            is_same = was is not None and was.texts.get(language) == one.texts[language]
            found[key] = before.translated.get(key, applied) if before is not None and is_same else applied
    return found


def comment(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Anybody of the audience says what they think of a version."""
    said = applied.act.said
    _place_of(decision, said["version"])
    made = Remark(applied, said["version"], said["paragraph"], said["text"])
    return replace(decision, comments=decision.comments.with_(made))


def position(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """A state concerned has its view put on record. It stops nothing, and is never too late."""
    said = applied.act.said
    made = Remark(applied, decision.version.number, said["paragraph"], said["text"])
    return replace(decision, positions=decision.positions.with_(made))


def check_current(decision: Decision, version: int) -> None:
    """Refuse what speaks of another version than the one on the table."""
    if version != decision.version.number:
        raise NotAllowed("version-not-current", version=version, current=decision.version.number)


def _place_of(decision: Decision, version: int) -> int:
    """Of a version among all; they are numbered from 1 on without a gap."""
    if not 1 <= version <= decision.version.number:
        raise NotAllowed("no-such-version", version=version, current=decision.version.number)
    return version - 1
