"""Records of letters for tests of access: a letter to the clinician and to the hospital, a draft, a group, a reply."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tocsin.node.alliance.models import Person
from tocsin.node.correspondence.filing import file_letters
from tocsin.node.correspondence.models import Letter, LetterDraft, LetterGroup, Thread
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.records import new_id

__all__ = ["letter_records"]


def letter_records(people: Mapping[str, Person], hospital: Hospital, clinician: Clinician) -> dict[str, Any]:
    """By the names that the table of addresses calls them. All who may write letters read the thread."""
    key, at = new_id(), timezone.now()
    thread = Thread.objects.create(id=key, origin="BO", thread_id=key)
    letter = Letter.objects.create(
        id=key, document_id=key, origin="BO", is_ours=False, language="ru", recorded_at=at, thread=thread,
        said_as={"hospital": {"origin": "BO", "id": str(new_id())}, "clinician": None}, name="Wei",
        to=[{"hospital": hospital.key, "clinician": one} for one in (clinician.key, None)],
        subject="S", text="T", classification="SELECTIVE", addressees=["AL"],
    )  # fmt: skip
    file_letters([letter.pk])
    writer = people["clinician"]
    return {
        "letter": letter, "letter_thread": thread,
        "letter_draft": LetterDraft.objects.create(by=writer, box=clinician.clinician_id, subject="S", text="T"),
        "letter_group": LetterGroup.objects.create(by=writer, name="G"),
    }  # fmt: skip
