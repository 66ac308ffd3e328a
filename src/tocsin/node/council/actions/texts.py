"""Acts upon the text of a decision. `seen` and what is raised: as in `answering`."""

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["amend", "translate"]


def amend(
    of: JointObject,
    *,
    base: int,
    changes: Sequence[Mapping[str, Any]],
    measures: Sequence[Mapping[str, Any]] | None = None,
    duties: Sequence[Mapping[str, Any]] | None = None,
    note: str = "",
    language: str,
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Put another version on the table: what was said of the earlier ones is said again.

    changes            as `joint.texts.amending` reads them
    measures, duties   all of them as they are to be; None leaves them as they are
    """
    said = {
        "base": base, "changes": list(changes), "measures": list(measures) if measures is not None else None,
        "duties": list(duties) if duties is not None else None, "note": note,
    }  # fmt: skip
    return act(of, "amend", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def translate(
    of: JointObject, *, base: int, language: str, texts: Mapping[str, str], standing: str = "human_checked", by: Person
) -> JointAct:
    """Put a translation beside the text, in a language that is not authentic. The version stays the same.

    texts   by paragraph
    """
    said = {"base": base, "language": language, "standing": standing, "texts": dict(texts)}
    return act(of, "translate", said, needs=Ability.TRANSLATE, language=language, by=by)
