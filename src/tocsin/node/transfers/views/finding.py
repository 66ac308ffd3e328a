"""The transfer of an address, for whoever has a part in it; for all others it is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from tocsin.node.transfers import links
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.refusals import NoPart
from tocsin.node.transfers.speaking import voice_in

__all__ = ["of_side", "the_transfer"]

View = Callable[..., HttpResponse]


def the_transfer(request: HttpRequest, pk: UUID) -> Transfer:
    """Raises Http404."""
    found: Transfer | None = Transfer.objects.visible_to(request.user).select_related("of").filter(pk=pk).first()
    if found is None or found.status == Transfer.Status.VOID:
        raise Http404
    return found


def of_side(*among: Side, clinician: bool | None = None) -> Callable[[View], View]:
    """A view for whoever has the transfer at one of these sides, as a clinician or as a coordinator where that matters.

    Who reads the transfer from the other side is told so, on its page; for all others it is not there.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                voice_in(the_transfer(request, pk), request.user, *among, clinician=clinician)
                return view(request, pk, *args, **kwargs)
            except NoPart as refusal:
                messages.warning(request, str(refusal))
                return redirect(links.transfer(pk))

        return guarded

    return guard
