"""Partners learn of a change of the directory: the next version of the hospital's document, by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import get_language

from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.hospitals.building.documents import body_of, version_of
from tocsin.node.hospitals.models import Hospital, HospitalVersion
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.here import takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["acting", "tell_partners"]

READERS = "MEMBERS"  # the directory is for all members of the alliance


@contextmanager
def acting() -> Iterator[None]:
    """The transaction of an act. The store's lock comes before those of rows and of the audit, as everywhere."""
    with DjangoStore().atomic():
        yield


def tell_partners(hospital: Hospital, *, by: Person | None) -> HospitalVersion | None:
    """Post the hospital as it is now. It leaves once it is sealed.

    None where nobody may know of it yet, this node takes no part in the exchange, or nothing has changed for partners.
    Raises ActRefused where partners would not take it.
    """
    if not hospital.is_told or not takes_part():
        return None
    body = body_of(hospital, hospital.lines.order_by("specialty"), hospital.clinicians.order_by("clinician_id"))
    ours = HospitalVersion.objects.filter(is_ours=True, hospital_id=hospital.hospital_id)
    last = ours.order_by("-version", "-recorded_at").first()
    if last is not None and last.body == body:
        return None
    node = node_here()
    document = make(
        node, "hospital", body, classification=READERS, language=get_language() or "en",
        version=last.version + 1 if last else 1, supersedes=str(last.document_id) if last else None,
    )  # fmt: skip
    row = version_of(document, is_ours=True)
    row.by = by
    row.save(force_insert=True)
    post(node, document)
    audit.record("hospital.told", hospital, by=by, version=row.version)
    return row
