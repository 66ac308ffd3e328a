"""Making the file of a decision that proves itself. Whoever has it can read it: that is asked, and put on record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.joint.sealed.form import SUFFIX
from tocsin.joint.sealed.making import NotSealable, sealed_decision
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.post.here import local_node, takes_part

__all__ = ["SUFFIX", "WHY_NOT", "ActRefused", "seal"]

WHY_NOT: dict[str, Any] = {
    "unknown-object": gettext_lazy("Nothing of it is signed yet. Try again in a minute."),
    "not-adopted": gettext_lazy(
        "It is not adopted, or the act that adopted it waits to be signed. There is a file once it is."
    ),
    "act-missing": gettext_lazy(
        "Something that a state has said of it is not here, or is not signed yet. Try again later, or take the file "
        "from another node."
    ),
    "not-readable": gettext_lazy(
        "The words of one of its acts were erased here, or their key has not come: no file can prove it from this node."
    ),
    "too-large": gettext_lazy(
        "With all that states have said of it, the file would be larger than any node or program reads: there is none."
    ),
    "void-not-shown": gettext_lazy(
        "One of its acts was signed with a key that had ended, and nothing here shows yet that it counts nowhere. That "
        "is shown once its state has said something to the same readers with its new key. Try again then."
    ),
    "not-provable": gettext_lazy(
        "What is here would not verify by the trust list as it is now. Renew the trust list, then try again."
    ),
}


def seal(of: JointObject, *, knows_who_reads: bool, by: Person) -> bytes:
    """The file, made now and verified. Raises ActRefused, which says why there is none, and PermissionDenied.

    knows_who_reads  that the person has said that they know: the keys of its documents stand in it
    """
    if not (by.may(Ability.DECIDE) or (by.may(Ability.EXPORT) and by.may(Ability.READ_COUNCIL))):
        raise PermissionDenied("whoever takes a decision along decides, or reads and exports")
    if not knows_who_reads:
        raise ActRefused(_("Say first that you know who can read the file: whoever has it."))
    if not takes_part():
        raise ActRefused(_("This node has no trust list: it can prove nothing to others."))
    # On record before the keys are taken out, and for itself: it stands whatever becomes of the file.
    with transaction.atomic():
        audit.record("decision.sealed_exported", of, by=by, readers=of.addressees or of.classification)
    try:
        return _made(of)
    except NotSealable as refused:
        with transaction.atomic():
            audit.record("decision.sealed_not_made", of, by=by, code=refused.code)
        raise ActRefused(str(WHY_NOT[refused.code])) from refused


def _made(of: JointObject) -> bytes:
    here = local_node()
    acts = JointAct.objects.filter(of=of, is_astray=False, withdrawn_at=None).values_list("origin", "document_id")
    documents = [(origin, str(id)) for origin, id in acts]
    return sealed_decision(
        here.store, here.trust(), object=of.key, documents=documents, made_by=here.node, now=here.now()
    )
