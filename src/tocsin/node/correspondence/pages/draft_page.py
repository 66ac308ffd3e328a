"""What the page of a letter that is being written shows: who reads it, whom else one could choose, what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.models import LetterDraft, LetterGroup
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.recipients import expanded, found_parties, seen_readers, speaker_for
from tocsin.node.files.models import Upload
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.words import language, role
from tocsin.node.language.formats import enumerated

__all__ = ["Choice", "DraftShown", "ReaderShown", "draft_shown", "found_choices", "groups_of", "uploads_to_send"]

MOST_UPLOADS = 50


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """One reader. token: by which the form leaves them out; empty for members of a group."""

    name: str
    token: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One that the search has found. token: by which the form takes them."""

    name: str
    beside: str
    token: str


@dataclass(frozen=True, slots=True)
class DraftShown:
    """All who would read the letter, and what stands for having seen them."""

    readers: list[ReaderShown]
    seen: str


def draft_shown(draft: LetterDraft, person: Person) -> DraftShown:
    """Who reads it as it stands: one's own box is not among them."""
    everybody = [one for one in expanded(draft.to, draft.groups, by=person) if box_of(one) != draft.box]
    chosen = {token_of(one["hospital"]["origin"], _box(one)) for one in draft.to}
    names = named_speakers(everybody)
    readers = []
    for one in everybody:
        token = token_of(one.hospital.origin, box_of(one))
        readers.append(ReaderShown(names.of(one), token if token in chosen else ""))
    return DraftShown(readers, seen_readers(everybody))


def found_choices(query: str, person: Person) -> list[Choice]:
    """Whom the directory knows by these words."""
    return [_choice(one) for one in found_parties(query, by=person)]


def groups_of(person: Person) -> list[tuple[str, str]]:
    """One's groups, to choose."""
    return [(str(one.pk), one.name) for one in LetterGroup.objects.visible_to(person)]


def uploads_to_send(person: Person, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Files that one has given and that may leave; those that went with something else are not offered again."""
    mine = Upload.objects.visible_to(person).filter(state=Upload.State.CHECKED, clean__isnull=False)
    rows = mine.select_related("clean")[:MOST_UPLOADS]
    return [
        (str(one.pk), f"{one.clean.name} ({one.name})")
        for one in rows
        if one.clean is not None and one.may_leave and (not one.about_id or str(one.pk) in chosen)
    ]


def token_of(origin: str, box: UUID | str) -> str:
    """What stands for one reader in a form."""
    return f"{origin}~{box}"


def _box(said: dict[str, dict[str, str]]) -> str:
    return (said["clinician"] or said["hospital"])["id"]


def _choice(row: Hospital | Clinician) -> Choice:
    speaker = speaker_for(row)
    name = named_speakers([speaker]).of(speaker)
    languages = enumerated(language(one) for one in row.languages)
    if isinstance(row, Hospital):
        return Choice(name, languages, f"h~{row.pk}")
    return Choice(name, enumerated(filter(None, [role(row.role), languages])), f"c~{row.pk}")
