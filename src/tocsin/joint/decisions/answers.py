"""What a state concerned answers: it consents, stays out, objects, lifts its objection; its capital clears."""

from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.state import Decision, Standing, Status
from tocsin.joint.decisions.texts import check_current
from tocsin.joint.refusing import NotAllowed

__all__ = ["clear", "consent", "lift_objection", "not_clear", "object_to", "stay_out", "with_silence_broken"]


def consent(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The state consents to the version on the table; an objection of its own is lifted by that."""
    said = applied.act.said
    check_current(decision, said["version"])
    return _answered(decision, Standing("consents", applied, said["version"], said["ad_referendum"]))


def stay_out(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The state lets the others adopt the version on the table, and will not be bound by it."""
    version = applied.act.said["version"]
    check_current(decision, version)
    return _answered(decision, Standing("stays_out", applied, version))


def object_to(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The state objects, to this version or one before it: it is not adopted while that stands.

    In time is what is ordered before the silence of this very state has ended, whatever became of the others'. It ends
    the silence procedure.
    """
    state, version = applied.act.origin, applied.act.said["version"]
    if version > decision.version.number:
        raise NotAllowed("no-such-version", version=version, current=decision.version.number)
    own = decision.silence.states.get(state) if decision.silence else None
    if own is not None and own.is_over(applied.at):
        raise NotAllowed("objection-late", until=own.until, answered=own.closed is not None)
    return with_silence_broken(_answered(decision, Standing("objects", applied, version)), applied)


def with_silence_broken(decision: Decision, applied: Applied) -> Decision:
    """The decision, under consideration again if a silence ran."""
    if decision.silence is None:
        return decision
    ended = replace(decision.silences[-1], ended=applied)
    return replace(decision, status=Status.UNDER_CONSIDERATION, silences=(*decision.silences[:-1], ended))


def lift_objection(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The state objects no more; it has not consented by that."""
    if decision.standing(applied.act.origin).kind != "objects":
        raise NotAllowed("no-objection")
    return _answered(decision, Standing(applied=applied))


def clear(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The capital has cleared what the state consented to ad referendum."""
    return _answered(decision, replace(_ad_referendum(decision, applied), ad_referendum=False))


def not_clear(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The capital has not cleared it: the state counts as staying out, before adoption and after it."""
    standing = _ad_referendum(decision, applied)
    return _answered(decision, Standing("stays_out", applied, standing.version))


def _ad_referendum(decision: Decision, applied: Applied) -> Standing:
    standing = decision.standing(applied.act.origin)
    if not standing.ad_referendum:
        raise NotAllowed("not-ad-referendum")
    return standing


def _answered(decision: Decision, standing: Standing) -> Decision:
    """`standing` is that of the state whose act it names; of a clearance, the consent that it clears."""
    assert standing.applied is not None
    return replace(decision, standings={**decision.standings, standing.applied.act.origin: standing})
