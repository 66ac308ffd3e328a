"""Who may see files of an object, and whom its texts are searched for: said by each app for its kind of objects.

# in the app's AppConfig.ready()
gate_by("consultation", may_read)       # may_read(person, {"origin": …, "id": …}) -> bool
identity_by("consultation", whose)      # whose({"origin": …, "id": …}) -> Identity, kept at this hospital

A kind that nobody has said anything of is closed to everybody.
"""

from collections.abc import Callable, Mapping

from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.node.alliance.models import Person
from tocsin.node.files.models import Attached, Upload

__all__ = ["gate_by", "identity_by", "identity_of", "is_open", "may_see", "may_see_original"]

About = Mapping[str, str]
_gates: dict[str, Callable[[Person, About], bool]] = {}
_identities: dict[str, Callable[[About], Identity]] = {}


def gate_by(kind: str, function: Callable[[Person, About], bool]) -> None:
    """Have `function` say who may see the files of objects of this kind."""
    _gates[kind] = function


def identity_by(kind: str, function: Callable[[About], Identity]) -> None:
    """Have `function` say whom an object of this kind is about; NOBODY where this hospital does not know."""
    _identities[kind] = function


def is_open(kind: str, about: About, person: Person) -> bool:
    """Whether somebody may see what is with an object."""
    gate = _gates.get(kind)
    return gate is not None and gate(person, about)


def may_see(file: Attached, person: Person) -> bool:
    """Whether somebody may see a file of an object."""
    return is_open(file.kind, file.about, person)


def may_see_original(upload: Upload, person: Person) -> bool:
    """Whoever gave it; and those of the object that it is put with, of whom this hospital's gate says so."""
    if upload.by_id == person.pk:
        return True
    return upload.about is not None and is_open(upload.about_kind, upload.about, person)


def identity_of(upload: Upload) -> Identity:
    """Whom an upload's texts are searched for."""
    whose = _identities.get(upload.about_kind)
    return whose(upload.about) if whose is not None and upload.about is not None else NOBODY
