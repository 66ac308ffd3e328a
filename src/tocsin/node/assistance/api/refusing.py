"""Refusals of mutual assistance as answers of the API: what cannot be used is 422 with its place, a rule is 409."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.api.errors import Refusal
from tocsin.node.assistance.building.drafts import problems_of
from tocsin.node.assistance.models import OfferDraft, RequestDraft
from tocsin.node.assistance.refusals import InvalidInput
from tocsin.node.joint.refusals import NotAllowed

__all__ = ["refusing", "require_ready"]


def refusing(within: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An endpoint whose refusals are told as programs need them. `within`: the member of the body that is looked at."""
    before = ".".join(["body", within] if within else ["body"])

    def wrapped(endpoint: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(endpoint)
        def answered(*args: Any, **kwargs: Any) -> Any:
            try:
                return endpoint(*args, **kwargs)
            except InvalidInput as refusal:
                where = [(f"{before}.{one.field}" if one.field else before, one.message) for one in refusal.problems]
                message = _("Something in the request cannot be used; `where` says what.")
                raise Refusal(422, "invalid", message, where) from None
            except NotAllowed as refusal:
                details = {"rule": refusal.code, "values": refusal.values}
                raise Refusal(409, "refused", str(refusal), details=details) from None

        return answered

    return wrapped


def require_ready(draft: RequestDraft | OfferDraft) -> None:
    """A program gives what is complete: what could not be submitted is refused, and nothing is kept of it."""
    if problems := problems_of(draft):
        raise InvalidInput(problems)
