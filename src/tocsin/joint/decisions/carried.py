"""The rules that a decision carries: those of its body when it was proposed, the same for whoever reads it."""

from tocsin.joint.acts import Act
from tocsin.joint.bodies import BodyRules

__all__ = ["rules_carried"]

NONE = BodyRules("", (), False, None, (), (), ())


def rules_carried(opening: Act | None) -> BodyRules:
    """As the act that opened it says them; without one, rules that allow nothing."""
    if opening is None or opening.kind != "propose":
        return NONE
    said, rules = opening.said, opening.said["rules"]
    return BodyRules(
        code=said["body"], kinds=(said["kind"],), silence=rules["silence"], silence_hours=rules["silence_hours"],
        members=tuple(dict.fromkeys((*said["concerned"], opening.origin))), official=tuple(said["official"]),
        may_join=tuple(rules["may_join"]),
    )  # fmt: skip
