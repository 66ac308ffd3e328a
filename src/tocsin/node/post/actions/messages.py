"""Writing to partners in the state's name."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.sealing import post
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.registry import examine
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.actions.refusals import ActRefused, demand
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Message, MessageSeen

__all__ = ["mark_seen", "write"]

WHY = {
    "bidi-control": gettext_lazy("it holds invisible characters that can make it read as something else"),
    "markup": gettext_lazy("it holds markup, and texts are plain"),
}


def write(
    *,
    subject: str,
    text: str,
    language: str,
    addressees: Sequence[str],
    by: Person,
    in_reply_to: UUID | None = None,
    no_onward_sharing: bool = False,
) -> Message:
    """Write to the nodes of `addressees`, or to all members if there are none. It leaves once it is sealed.

    Raises PermissionDenied, and ActRefused where the message would not be taken, or there is nobody to take it.
    """
    demand(by, Ability.WRITE_MESSAGES)
    if not takes_part():
        raise ActRefused(_("This node has not joined the exchange yet, so that nobody could read it."))
    here = local_node()
    trust, at = here.trust(), here.now()
    to = tuple(sorted(set(addressees)))
    if unknown := [node for node in to if node not in trust.nodes or trust.nodes[node].status != "active"]:
        raise ActRefused(_("%(nodes)s takes no part in the exchange now.") % {"nodes": ", ".join(unknown)})
    earlier = Message.objects.filter(pk=in_reply_to).first() if in_reply_to else None
    document = Document(
        id=new_id(at),
        alliance=trust.alliance,
        origin=here.node,
        recorded_at=at,
        classification="SELECTIVE" if to else "MEMBERS",
        addressees=to,
        type="message",
        body={"subject": subject, "text": text, "in_reply_to": str(in_reply_to) if in_reply_to else None},
        no_onward_sharing=no_onward_sharing,
        language=language,
        exercise=trust.exercise,
    )
    if found := list(examine(document, context=Context(exercise=trust.exercise))):
        why = WHY.get(found[0].code, _("it is not of the form that was agreed"))
        raise ActRefused(_("Partners would not take this message: %(why)s.") % {"why": why})
    with transaction.atomic():
        message = Message(
            id=document.id,
            origin=here.node,
            is_ours=True,
            classification=document.classification,
            addressees=list(to),
            subject=subject,
            text=text,
            language=language,
            in_reply_to=in_reply_to,
            conversation=earlier.conversation if earlier else document.id,
            no_onward_sharing=no_onward_sharing,
            is_exercise=trust.exercise,
            by=by,
            written_at=at,
        )
        message.save(force_insert=True)
        post(here, document)
        # The audit says that one wrote, and to whom; what was written is in the message alone.
        audit.record("message.written", message, by=by, to=list(to) or ["members"])
    return message


def mark_seen(message: Message, *, by: Person) -> None:
    """Note that a person has opened a message; the first time is kept."""
    MessageSeen.objects.get_or_create(message=message, person=by)
