"""Saying something of a request in the state's name: `joint.actions.acting.act`, with lines called by what they are."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from tocsin.exchange.types.assistance import OWNERS
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.reading import request_here
from tocsin.node.assistance.wording import refusal_in, refused
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import ActRefused, NotAllowed

__all__ = ["say", "spoken"]


def say(
    of: JointObject,
    kind: str,
    said: Mapping[str, Any],
    *,
    needs: Ability,
    seen: str | None,
    language: str = "",
    by: Person,
) -> JointAct:
    """One act on a request. Raises Changed, NotAllowed, Waiting, ActRefused, PermissionDenied; then nothing was sent.

    seen       `joint.actions.acting.token` of the request as the person saw it
    language   of the texts in it; that of the interface by default
    """
    if kind in OWNERS and not of.is_ours:
        raise ActRefused(refused("not-the-owner", {"owner": of.origin}))
    try:
        return act(of, kind, said, needs=needs, seen=seen, language=language or spoken(), by=by)
    except NotAllowed as refusal:
        sentence = refusal_in(request_here(of), refusal.refused)
        raise NotAllowed(refusal.refused, sentence or str(refusal)) from None


def spoken() -> str:
    """The language in which people type here, unless they say another."""
    return get_language() or "en"
