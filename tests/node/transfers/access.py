"""Addresses of transfers, who may use them, and the records on which that is tried: for tests/node/access_table.py and
access_world.py.
"""

from typing import Any

from django.utils import timezone
from tests.node.access_doors import A, Door, page
from tests.node.consultations.scenes import a_clinician, a_hospital

from tocsin.joint.acts import Act, Order
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.records import new_id
from tocsin.node.transfers.models import Transfer

__all__ = ["PAGES_OF_TRANSFERS", "transfer_records"]

HAVE = (A.CONSULT, A.COORDINATE)
SENT = {"whose": HAVE, "pk": "@transfer"}
PAGES_OF_TRANSFERS: dict[str, Door] = {
    # transfers: open to whoever has them at either hospital; those of others are not there. Who reads one without the
    # side that an act is of, or without being a clinician where one signs, is led back to it
    "transfers": page(*HAVE),
    "transfer_begin": page(A.CONSULT),
    "transfer": page(*HAVE, **SENT),
    "transfer_supplement": page(*HAVE, **SENT),
    "transfer_cancel": page(*HAVE, **SENT),
    "transfer_consent": page(*HAVE, **SENT),
    "transfer_depart": page(*HAVE, **SENT),
    "transfer_team": page(*HAVE, **SENT),
    "transfer_message": page(*HAVE, **SENT),
    "transfer_sign": page(*HAVE, **SENT, done=[200, 302]),
    **{
        f"transfer_{name}": page(*HAVE, **SENT, done=[302])
        for name in ("accept", "decline", "take_back", "arrive", "end")
    },
}


def transfer_records(hospital: Hospital, clinician: Clinician) -> Any:
    """A transfer that everybody's hospital asks for, and one of two others; by the name that the table has."""
    state = hospital.organisation.state
    east, west = a_hospital(state, "East Hospital"), a_hospital(state, "West Hospital")
    other = a_clinician(east, None, names={"en": "Nils", "ru": "", "zh": ""})
    return {"transfer": _asked(clinician, east)}, {"transfer": _asked(other, west)}


def _asked(clinician: Clinician, to: Hospital) -> Transfer:
    """As it stands on a node: no exchange is needed inside one state."""
    key, when = new_id(), timezone.now().replace(microsecond=0)
    of = JointObject.objects.create(
        id=key, noun="transfer", origin="AL", object_id=key, is_ours=True, classification="NATIONAL"
    )
    said = {
        "as": {"hospital": clinician.hospital.key, "clinician": clinician.key}, "to": to.key, "case": None,
        "urgency": "urgent", "transport": "ambulance", "note": None,
        "consent": {"given": True, "on": "2026-03-01", "basis": "patient"},
    }  # fmt: skip
    act = Act(
        of.key, str(key), "AL", f"{1:043d}", "request", said, when, Order(1, None, when), noun="transfer",
        role="clinician",
    )  # fmt: skip
    more = {"is_ours": True, "is_exercise": False, "by": None, "classification": "NATIONAL"}
    JointAct.from_act(act, of, id=new_id(), **more).save()
    noun_of(of).settle(of, arrangement_of(of))
    return Transfer.objects.select_related("of").get(of=of)
