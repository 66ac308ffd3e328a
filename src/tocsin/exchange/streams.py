"""Names of nodes, audiences and streams. docs/exchange.md, sections 1 and 3."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tocsin.exchange.errors import Malformed
from tocsin.exchange.limits import ADDRESSEES

__all__ = [
    "FAMILY",
    "MEMBERS",
    "PUBLIC",
    "Stream",
    "addressees_of",
    "audience_of",
    "check_alliance",
    "check_audience",
    "check_node",
]

PUBLIC, FAMILY, MEMBERS = "public", "family", "members"
OPEN = {"PUBLIC": PUBLIC, "FAMILY": FAMILY, "MEMBERS": MEMBERS}
NODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
ALLIANCE = re.compile(r"[a-z][a-z0-9-]{1,31}")


class Stream(NamedTuple):
    """One gapless sequence of documents: of one origin, in one of its epochs, for one audience."""

    origin: str
    epoch: int
    audience: str

    @property
    def key(self) -> str:
        """As an origin names its own streams: `1/members`."""
        return f"{self.epoch}/{self.audience}"

    def __str__(self) -> str:
        return f"{self.origin}/{self.epoch}/{self.audience}"


def check_node(name: object, *, code: str = "document-invalid") -> str:
    """`name`, if it has the form of a node's name. Raises Malformed."""
    if not (isinstance(name, str) and NODE.fullmatch(name)):
        raise Malformed(code, f"{name!r:.40} is not a node's name: 2 to 12 capital letters and digits, a letter first")
    return name


def check_alliance(name: object, *, code: str = "document-invalid") -> str:
    """`name`, if it has the form of an alliance's name. Raises Malformed."""
    if not (isinstance(name, str) and ALLIANCE.fullmatch(name)):
        raise Malformed(code, f"{name!r:.40} is not an alliance's name: 2 to 32 small letters, digits and hyphens")
    return name


def audience_of(classification: str, addressees: Sequence[str] = ()) -> str:
    """The audience that documents of this classification travel to. Raises Malformed."""
    if isinstance(classification, str) and classification in OPEN and not addressees:
        return OPEN[classification]
    if classification == "SELECTIVE" and 0 < len(addressees) <= ADDRESSEES:
        nodes = [check_node(node) for node in addressees]
        if nodes == sorted(set(nodes)):
            return "to:" + "+".join(nodes)
    raise Malformed(
        "classification",
        f"{classification!r:.40} with {len(addressees)} addressees does not travel: PUBLIC, FAMILY and MEMBERS "
        f"name nobody, SELECTIVE names 1 to {ADDRESSEES} nodes, sorted, each once",
    )


def addressees_of(audience: str) -> tuple[str, ...]:
    """The nodes an addressee set names; none for public, family and members."""
    return tuple(audience[3:].split("+")) if audience.startswith("to:") else ()


def check_audience(audience: object, *, origin: str, code: str) -> str:
    """`audience`, if it is one that `origin` can write to. Raises Malformed."""
    if isinstance(audience, str) and audience in OPEN.values():
        return audience
    if isinstance(audience, str) and audience.startswith("to:"):
        nodes = addressees_of(audience)
        if len(nodes) <= ADDRESSEES and list(nodes) == sorted(set(nodes)) and origin not in nodes:
            for node in nodes:
                check_node(node, code=code)
            return audience
    raise Malformed(
        code,
        f"{audience!r:.80} is not an audience: public, family, members, or to:AL+BO, sorted, without the origin",
    )
