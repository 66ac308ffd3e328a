"""Telling a partner, signed, that a person here has seen its document; and who has seen ours."""

from collections.abc import Iterable
from datetime import UTC
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.duty.actions.alerts import role_of
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.post.actions.refusals import ActRefused
from tocsin.node.post.here import local_node, takes_part

__all__ = ["acknowledgements_of", "send_acknowledgement"]


@transaction.atomic
def send_acknowledgement(
    *, of_id: UUID | str, of_origin: str, of_type: str, by: Person, alert: Alert | None = None
) -> Acknowledgement:
    """Tell the origin of a document that a person has seen it: in which role and when, never who. Once a document.

    Raises ActRefused where the origin takes no part in the exchange now.
    """
    of = str(UUID(str(of_id)))
    if there := Acknowledgement.objects.filter(of_id=of, is_ours=True).first():
        return there
    if not takes_part():
        raise ActRefused(_("This node has not joined the exchange yet, so that nobody could read it."))
    here = local_node()
    trust, at = here.trust(), here.now().replace(microsecond=0)
    if of_origin not in trust.nodes or trust.nodes[of_origin].status != "active":
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": of_origin})
    role = role_of(by) or "unknown"
    document = Document(
        id=new_id(at),
        alliance=trust.alliance,
        origin=here.node,
        recorded_at=at,
        classification="SELECTIVE",
        addressees=(of_origin,),
        type="acknowledgement",
        body={
            "of": {"id": of, "origin": of_origin, "type": of_type},
            "by_role": role,
            "at": moment(at.astimezone(UTC)),
        },
        exercise=trust.exercise,
    )
    made = Acknowledgement(
        id=UUID(document.id), of_id=UUID(of), of_origin=of_origin, of_type=of_type, node=here.node, by_role=role,
        acknowledged_at=at, is_ours=True, is_exercise=trust.exercise, alert=alert, by=by,
    )  # fmt: skip
    made.save(force_insert=True)
    post(here, document)
    audit.record("acknowledgement.sent", made, by=by, to=of_origin, of=of, type=of_type)
    return made


def acknowledgements_of(ids: Iterable[UUID | str]) -> dict[str, list[Acknowledgement]]:
    """Who has seen these documents, by document, the first at each node first; one that is void counts for nothing."""
    found: dict[str, list[Acknowledgement]] = {str(one): [] for one in ids}
    for each in Acknowledgement.objects.standing().filter(of_id__in=list(found)).order_by("acknowledged_at", "id"):
        found[str(each.of_id)].append(each)
    return found
