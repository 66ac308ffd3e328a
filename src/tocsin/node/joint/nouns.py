"""What each noun makes of the acts on its objects: told by its app when it starts.

# in the app's AppConfig.ready()
noun_by("decision", Decisions())
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tocsin.joint.acts import Act, Applied
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["Due", "Noun", "noun_by", "noun_of"]


@dataclass(frozen=True)
class Due:
    """An act that the machine owes: of the kind `kind`, saying `said`."""

    kind: str
    said: Mapping[str, Any] = field(default_factory=dict)


class Noun(Protocol):
    """The rules of one kind of joint object, and its row."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """Why the act would change nothing, if it came next into the order."""

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Bring the noun's own rows up to date with what stands. Told again whenever anything changes.

        Returns when time alone next makes something due of it, None: not before something is said.
        """

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """What this node's machine owes now: of an object of ours its closing acts, else the answer of this state."""

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """People learn of these acts of others, and of what the object has come to by them. `new` may be empty: then
        something was said here, by a person or the machine.
        """


_nouns: dict[str, Noun] = {}


def noun_by(document_type: str, noun: Noun) -> None:
    """Have objects whose documents are of this type kept by `noun`."""
    _nouns[document_type] = noun


def noun_of(of: JointObject) -> Noun:
    """Whose rules an object follows."""
    return _nouns[of.noun]
