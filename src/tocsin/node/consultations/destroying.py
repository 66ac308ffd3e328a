"""What was said of a patient goes where it has come to, once the patient does not agree any more.

What comes of a case has a consent of its own and does not go with it: whoever keeps that is told that the case's ended.
"""

from collections.abc import Callable

from django.db.models import Q
from django.utils import timezone

from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.streams import audience_of
from tocsin.node.alliance import audit
from tocsin.node.consultations import models
from tocsin.node.files.actions.sending import erase
from tocsin.node.files.models import Attached
from tocsin.node.joint.models import JointObject
from tocsin.node.post.actions.destroying import destroy_documents
from tocsin.node.post.here import local_node

__all__ = ["destroy", "destroy_notes", "followed_by", "tell_followers"]

REASON = "other"  # among the reasons of an erasure none is a consent that has ended
Follower = Callable[[models.Case], None]
_followers: dict[str, Follower] = {}


def followed_by(noun: str, follower: Follower) -> None:
    """Have whoever keeps joint objects of this noun told, once, that the consent to care of a case has ended."""
    _followers[noun] = follower


def tell_followers(row: models.Case) -> None:
    """In the transaction in which it ended."""
    for follower in _followers.values():
        follower(row)


def destroy(row: models.Case) -> int:
    """Destroy what is here of its notes and drafts, and ask whoever has ours to do the same. In a transaction.

    Told again it finds what has come since. Returns how many notes had words.
    """
    models.NoteDraft.objects.filter(case=row).delete()
    # What was written before it was sent is kept with the case, and what was written anew and not sent yet.
    drafts = models.CaseDraft.objects.filter(Q(sent=row.of) | Q(case=row))
    drafts.update(text="", content={}, files=[], looked_through=[])
    gone = destroy_notes(row.of)
    if gone:
        audit.record("consultation.destroyed", row.of, by=None, notes=gone)
    return gone


def destroy_notes(of: JointObject) -> int:
    """The same of any joint object that notes are about. Returns how many had words."""
    for file in Attached.objects.filter(about_origin=of.origin, about_id=str(of.object_id), erased_at=None):
        erase(file, reason=REASON, by=None)
    about = models.ClinicalNote.objects.filter(about_origin=of.origin, about_id=of.object_id)
    notes = list(about.filter(erased_at=None))
    if not notes:
        return 0
    gone = {"erased_at": timezone.now(), **models.ClinicalNote.WITHOUT_WORDS}
    models.ClinicalNote.objects.filter(pk__in=[one.pk for one in notes]).update(**gone)
    if of.classification != NATIONAL:
        for origin in sorted({one.origin for one in notes}):
            ids = [str(one.document_id) for one in notes if one.origin == origin]
            destroy_documents(local_node(), origin, _audience(of, origin), ids, reason=REASON)
    return len(notes)


def _audience(of: JointObject, origin: str) -> str:
    """That of what a state says of it: all others who take part in it."""
    return audience_of(of.classification, sorted(of.states - {origin}))
