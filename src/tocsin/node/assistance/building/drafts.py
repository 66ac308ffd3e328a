"""Drafts: their shape, what they begin with, and what stands against them."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.joint.assistance import Key
from tocsin.node.alliance.alliance_file import here
from tocsin.node.assistance.building.acts import problems_of_act
from tocsin.node.assistance.building.offers import problems_of_offer
from tocsin.node.assistance.building.requests import problems_of_request
from tocsin.node.assistance.building.shapes import AMENDMENT, OFFER, REQUEST
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.reading import day_in, request_here
from tocsin.node.assistance.refusals import ActRefused, Problem
from tocsin.node.joint.models import JointObject

__all__ = ["asked_before", "offered_before", "problems_of", "shape_of"]


def shape_of(draft: RequestDraft | OfferDraft) -> Mapping[str, Any]:
    """What its `said` is made of."""
    if isinstance(draft, OfferDraft):
        return OFFER
    return AMENDMENT if draft.amends_id is not None else REQUEST


def problems_of(draft: RequestDraft | OfferDraft, *, on: date | None = None) -> list[Problem]:
    """What has to be put right before it can be submitted, as of a day (today)."""
    today = on or day_in(timezone.now())
    of = draft.request if isinstance(draft, OfferDraft) else draft.amends
    if of is not None and request_here(of).asked is None:
        return [Problem("", _not_standing())]
    if isinstance(draft, OfferDraft):
        found = problems_of_offer(draft.said, request_here(draft.request), today=today)
        more = {"offer": Key(here().code, draft.offer).as_json()} if draft.offer else {"id": "o1"}
        return found or list(problems_of_act("change_offer" if draft.offer else "offer", {**draft.said, **more}))
    found = problems_of_request(draft.said, today=today)
    return found or list(problems_of_act("amend_request" if draft.amends_id else "request", draft.said))


def asked_before(of: JointObject) -> dict[str, Any]:
    """What a request says now, as the draft of an amendment begins with. Raises ActRefused for one that is void."""
    said = [one.act.said for one in request_here(of).history if one.act.kind in ("request", "amend_request")]
    if not said:
        raise ActRefused(_not_standing())
    return {name: deepcopy(said[-1].get(name, default)) for name, default in {**AMENDMENT}.items()} | {"reason": ""}


def _not_standing() -> str:
    return _("The request does not stand: the key that signed it had ended. Nothing can be said of it.")


def offered_before(of: JointObject, offer: str) -> dict[str, Any] | None:
    """What an offer of ours says now, as the draft of its change begins with; None where there is no such offer."""
    own = here().code
    if request_here(of).offer(Key(own, offer)) is None:
        return None
    said = [one.act.said for one in request_here(of).history if one.act.origin == own and _names(one.act, offer)]
    return {name: deepcopy(said[-1][name]) for name in OFFER}


def _names(act: Any, offer: str) -> bool:
    if act.kind == "offer":
        return bool(act.said["id"] == offer)
    return act.kind == "change_offer" and bool(act.said["offer"]["id"] == offer)
