"""Transfers of a consultation whose patient agrees to it no longer: those who send are asked whether they still agree
to be transferred. A transfer is for care and has a consent of its own, so that it ends by the patient's word alone.
"""

from tocsin.joint.transfers import Transfer
from tocsin.node.consultations.models import Case
from tocsin.node.transfers import models, telling
from tocsin.node.transfers.models.transfers import Side

__all__ = ["ask_anew", "is_asked_anew"]


def ask_anew(case: Case) -> None:
    """Ask those who send. See `consultations.destroying.followed_by`."""
    of = models.Transfer.objects.filter(is_ours=True, may_be_told=True, case=case.of.key.as_json())
    for row in of.exclude(status=models.Transfer.Status.VOID).select_related("of"):
        people = [*telling.people_of(row, Side.SENDING), *telling.people_of(row, telling.SENDERS_COORDINATORS)]
        telling.tell(row, "consent_asked", people)


def is_asked_anew(row: models.Transfer, transfer: Transfer) -> bool:
    """Whether the case's consent has ended since the patient last agreed to the transfer."""
    if not row.case or transfer.consent is None or not transfer.may_be_told:
        return False
    of = Case.objects.filter(of__origin=row.case["origin"], of__object_id=row.case["id"])
    return of.filter(is_ours=True, may_be_told=False, ended_at__gte=transfer.consent.applied.at).exists()
