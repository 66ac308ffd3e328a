"""What processes of a node do with an upload, for tests that kill them. Each returns what JSON can say."""

from typing import Any

from tests.node.tables import make_tables

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.files.actions import checking, uploading
from tocsin.node.files.models import CleanFile, Upload

CONTENT = bytes(range(48, 58)) * 300
PIECE = 1000


def prepare() -> None:
    """A new node with one clinician, who has begun an upload."""
    make_tables()
    load_states(alliance(), here=here().code, by=None)
    names = {"name_en": "Hospital", "name_ru": "Больница", "name_zh": "医院"}
    ward = Organisation.objects.create(state=State.objects.get(is_here=True), kind="hospital", **names)
    clara = Person.objects.create_user("clara@hospital.example", name="Clara", roles=["clinician"], organisation=ward)
    uploading.begin(name="x.txt", size=len(CONTENT), by=clara)


def put_all() -> int:
    """Go on from where it stands; the offset that was acknowledged last."""
    upload = Upload.objects.get()
    while upload.received < upload.size:
        first = upload.received
        piece = CONTENT[first : first + PIECE]
        upload = uploading.put_range(upload.pk, first, piece, total=len(CONTENT), by=upload.by)
    return upload.received


def look_at_it() -> str:
    upload = Upload.objects.get()
    return str(checking.check(uploading.finish(upload.pk, by=upload.by).pk).state)


def stands() -> dict[str, Any]:
    """How it stands; what is here is what was sent."""
    upload = Upload.objects.get()
    content = b"".join(uploading.content_of(upload))
    return {
        "received": upload.received, "is_right": content == CONTENT[: upload.received], "state": upload.state,
        "clean": CleanFile.objects.count(),
    }  # fmt: skip
