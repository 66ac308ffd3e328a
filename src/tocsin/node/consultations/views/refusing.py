"""Pages for whoever has the part that an act takes; what is not of the case is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from tocsin.joint.consultations import Case, Opinion, Question
from tocsin.node.consultations import links
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.refusals import NoPart
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.consultations.views.finding import the_case

__all__ = ["of_part", "the_opinion", "the_question"]

View = Callable[..., HttpResponse]


def of_part(*among: Part, clinician: bool | None = None) -> Callable[[View], View]:
    """A view for whoever has one of these parts in the case, as a clinician or as a coordinator where that matters.

    Who reads the case without that part is told so, on its page; for all others it is not there.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                voice_in(the_case(request, pk), request.user, *among, clinician=clinician)
                return view(request, pk, *args, **kwargs)
            except NoPart as refusal:
                messages.warning(request, str(refusal))
                return redirect(links.case(pk))

        return guarded

    return guard


def the_opinion(case: Case, id: str) -> Opinion:
    """Raises Http404."""
    found = case.opinion(id)
    if found is None:
        raise Http404
    return found


def the_question(case: Case, id: str) -> Question:
    """Raises Http404."""
    found = case.question(id)
    if found is None:
        raise Http404
    return found
