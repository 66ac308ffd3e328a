"""Saying something in a transfer: the note, if there is one, and the act that names it, together or not at all."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.actions.noting import Words, keep_note
from tocsin.node.consultations.actions.saying import LONGEST_NOTE, as_json
from tocsin.node.consultations.identifying import identity_of_case, require_nobody
from tocsin.node.consultations.models import Case
from tocsin.node.events.texts import checked
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct
from tocsin.node.post.actions.making import node_here
from tocsin.node.post.store import DjangoStore
from tocsin.node.transfers import models, telling
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.refusals import ActRefused, NoPart
from tocsin.node.transfers.speaking import Voice

__all__ = ["checked_words", "find_transfer", "identity_known", "say"]


def find_transfer(transfer: models.Transfer, by: Person) -> models.Transfer:
    """The transfer as it is now. Raises NoPart for whoever has no part in it any more."""
    found = models.Transfer.objects.visible_to(by).select_related("of").filter(pk=transfer.pk).first()
    if found is None:
        raise NoPart
    return found


def say(
    transfer: models.Transfer,
    kind: str,
    said: Mapping[str, Any] | None = None,
    *,
    voice: Voice,
    words: Words | None = None,
    note: str | None = None,
    is_needed: bool = False,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """One act on a transfer. It counts once the node of the hospital that sends has it in its order.

    note            the kind of its note; None for an act that has none
    is_needed       whether it cannot be said without words
    looked_through  words that look like an identifier, and that the person says are none
    seen            `joint.actions.acting.token` of the transfer as the person saw it

    Raises Identifying, Changed, NotAllowed, Waiting, ActRefused, PermissionDenied; then nothing was sent.
    """
    here = node_here()
    with DjangoStore().atomic():
        now = find_transfer(transfer, by)
        identity = identity_known(now, voice)
        full: dict[str, Any] = {"as": as_json(voice.speaker), **(said or {})}
        require_nobody({"reason": full.get("reason", "")}, identity)  # an act is never erased
        if note is not None:
            full["note"] = None
            if words is not None and (words.text.strip() or words.content):
                made = keep_note(
                    here, now.of.key, note, checked_words(words, identity, looked_through=looked_through),
                    speaker=voice.speaker, classification=now.of.classification,
                    addressees=sorted(now.of.states - {here.node}) if now.of.addressees else [], by=by,
                )  # fmt: skip
                full["note"] = {"id": str(made.document_id), "digest": made.digest}
            elif is_needed:
                raise ActRefused(_("Write what you want to say; nothing was sent."))
        language = words.language if words is not None else by.language
        sent = act(now.of, kind, full, needs=voice.needs, seen=seen, language=language, by=by)
        telling.of_act(now, sent, by=by)
    return sent


def checked_words(words: Words, identity: Identity, *, looked_through: Collection[str]) -> Words:
    """The words without what no text may hold, and without files. Raises Identifying, ActRefused."""
    text = checked(words.text, longest=LONGEST_NOTE)
    require_nobody({"text": text, "content": words.content or {}}, identity, but=looked_through)
    return Words(text=text, content=words.content, language=words.language)


def identity_known(transfer: models.Transfer, voice: Voice) -> Identity:
    """Who the patient is, as it is kept with the case that it comes of: for the side that asked there, alone."""
    if voice.side is not Side.SENDING or not transfer.case:
        return NOBODY
    of = Case.objects.filter(of__origin=transfer.case["origin"], of__object_id=transfer.case["id"])
    case = of.filter(is_ours=True).first()
    return identity_of_case(case) if case is not None else NOBODY
