"""Documents: what one node tells others, in a form that has one reading. docs/exchange.md, section 2."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.streams import Stream, audience_of, check_alliance, check_node

__all__ = ["NATIONAL", "Document", "NationalDocument"]

PROTOCOL = 1
NATIONAL = "NATIONAL"  # the classification of what stays in its state
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TYPE = re.compile(r"[a-z][a-z0-9-]{1,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document's head and body. Equal to another if every member is."""

    id: str
    alliance: str
    origin: str
    recorded_at: datetime
    classification: str
    type: str
    body: Mapping[str, Any]
    addressees: tuple[str, ...] = ()
    type_version: int = 1
    version: int = 1
    supersedes: str | None = None
    no_onward_sharing: bool = False
    language: str = "en"
    exercise: bool = False
    source: str = ""
    MEMBERS: ClassVar[tuple[str, ...]]
    _audience: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        """Refuse, with Malformed, what no receiver would take."""
        check_alliance(self.alliance)
        check_node(self.origin)
        self._check_versions()
        self._check_texts()
        for name in ("no_onward_sharing", "exercise"):
            if not isinstance(getattr(self, name), bool):
                raise _bad(name, getattr(self, name), "true or false")
        if not isinstance(self.body, Mapping):
            raise _bad("body", self.body, "an object")
        if not isinstance(self.recorded_at, datetime) or self.recorded_at.utcoffset() is None:
            raise _bad("recorded_at", self.recorded_at, "a moment in a time zone")
        if self.origin in self.addressees:
            raise _bad("addressees", self.origin, "other nodes than the origin")
        object.__setattr__(self, "recorded_at", self.recorded_at.replace(microsecond=0))  # what is written is whole
        object.__setattr__(self, "_audience", self._travels_to())

    def _travels_to(self) -> str:
        return audience_of(self.classification, self.addressees)

    def _check_versions(self) -> None:
        if not (isinstance(self.id, str) and UUID.fullmatch(self.id)):
            raise _bad("id", self.id, "a UUID in small letters")
        for name in ("version", "type_version"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:  # type(), because to Python true is 1
                raise _bad(name, value, "a whole number from 1 on")
        before = self.supersedes
        if before is not None and not (isinstance(before, str) and UUID.fullmatch(before) and before != self.id):
            raise _bad("supersedes", before, "the UUID of another version, or null")
        if (self.version == 1) != (before is None):
            raise _bad("supersedes", before, "null for version 1, and the version before for every later one")

    def _check_texts(self) -> None:
        if not (isinstance(self.type, str) and TYPE.fullmatch(self.type)):
            raise _bad("type", self.type, "small letters, digits and hyphens")
        if not (isinstance(self.language, str) and LANGUAGE.fullmatch(self.language)):
            raise _bad("language", self.language, "a language tag in small letters")
        if not (isinstance(self.source, str) and len(self.source) <= 500):
            raise _bad("source", self.source, "a text of at most 500 characters")

    @property
    def audience(self) -> str:
        """The audience whose stream it travels in."""
        return self._audience

    def encode(self) -> bytes:
        """The canonical bytes: those that are digested, signed over and kept."""
        said = {name: getattr(self, name) for name in self.MEMBERS}
        said |= {"protocol": PROTOCOL, "recorded_at": moment(self.recorded_at), "addressees": list(self.addressees)}
        return canonical(said)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The document that canonical bytes say. Raises Malformed, TooLarge."""
        said = read_canonical(data, what="a document")
        if not isinstance(said, dict):
            raise Malformed("document-invalid", "a document is an object")
        protocol = said.get("protocol")
        if type(protocol) is not int or protocol != PROTOCOL:
            raise Malformed(
                "document-invalid", f"the document's protocol is {protocol!r:.20}, its manifest's is {PROTOCOL}"
            )
        if missing := [name for name in cls.MEMBERS if name not in said]:
            raise Malformed("document-invalid", f"the document has no {', '.join(missing)}")
        given = {name: said[name] for name in cls.MEMBERS}
        given["recorded_at"] = read_moment(said["recorded_at"], code="document-invalid", what="recorded_at")
        if not isinstance(said["addressees"], list):
            raise _bad("addressees", said["addressees"], "a list of nodes")
        given["addressees"] = tuple(said["addressees"])
        return cls(**given)

    def check_place(self, stream: Stream, *, alliance: str, exercise: bool) -> None:
        """Refuse a document that says it is of another stream, alliance, or kind than the place it came in."""
        for name, said, found in (
            ("origin", self.origin, stream.origin),
            ("audience", self.audience, stream.audience),
            ("alliance", self.alliance, alliance),
            ("exercise", self.exercise, exercise),
        ):
            if said != found:
                raise Malformed("head-mismatch", f"the document's {name} is {said!r}, that of its stream is {found!r}")


Document.MEMBERS = tuple(one.name for one in fields(Document) if one.init)


class NationalDocument(Document):
    """What two institutions of one state say to each other: built and digested as any document, and in no stream.

    It cannot be queued, sealed or read from bytes: no node takes such a document from another.
    """

    def _travels_to(self) -> str:
        if self.classification != NATIONAL or self.addressees:
            raise _bad("classification", self.classification, f"{NATIONAL}, which names nobody")
        return ""

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Never: it came from nowhere."""
        raise Malformed("classification", "a national document does not travel")


def _bad(name: str, value: object, rule: str) -> Malformed:
    return Malformed("document-invalid", f"{name} is {value!r:.60}; it is {rule}")
