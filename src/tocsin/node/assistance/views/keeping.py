"""What becomes of a request of ours, and what both sides put on record of it."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.joint.assistance.asking import MOST_DAYS
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions import handing_over, keeping
from tocsin.node.assistance.forms.acting import CostsForm, DayForm, ReasonForm, ReviewForm
from tocsin.node.assistance.forms.texts import LANGUAGES
from tocsin.node.assistance.reading import day_in
from tocsin.node.assistance.views.asking import Asked, acted, initial
from tocsin.node.assistance.views.finding import standing, the_request

__all__ = ["urlpatterns"]


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_request(request, pk)
    latest = day_in(timezone.now()) + timedelta(days=MOST_DAYS)
    asked = Asked(
        "renew", _("Let the request stand longer"),
        _("Partners go on offering; what was offered and accepted stays as it is."), _("Renew it"), _("Renewed."),
    )  # fmt: skip
    form = DayForm(request.POST or None, **initial(of, lapses_on=latest))
    return acted(request, of, asked, form, partial(keeping.renew, of))


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_request(request, pk)
    asked = Asked(
        "cancel", _("Cancel the request"),
        _(
            "Nothing more is offered, accepted or planned. What is on its way is followed to its end. It cannot be "
            "undone."
        ),
        _("Cancel the request"), _("Cancelled."), is_danger=True,
    )  # fmt: skip
    return acted(request, of, asked, ReasonForm(request.POST or None, **initial(of)), partial(keeping.cancel, of))


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_request(request, pk)
    asked = Asked(
        "close", _("Close the request"),
        _("It has done what it was for. Nothing more is offered or accepted; costs and lessons can still be said."),
        _("Close the request"), _("Closed."),
    )  # fmt: skip
    form = ReasonForm(request.POST or None, needed=False, **initial(of))
    return acted(request, of, asked, form, partial(keeping.close, of))


@requires(Ability.KEEP_ASSISTANCE)
def assistance_costs(request: HttpRequest, pk: UUID) -> HttpResponse:
    of = the_request(request, pk)
    asked = Asked(
        "costs", _("Put costs on record"),
        _("Each side says what something cost and who bears it. Nothing is paid here, and nothing is taken back."),
        _("Put on record"), _("On record."), "#costs",
    )  # fmt: skip
    borne = {f"borne_{n}": here().code for n in range(1, 6)}
    form = CostsForm(request.POST or None, **initial(of, **borne))
    return acted(request, of, asked, form, partial(handing_over.state_costs, of))


@requires(Ability.KEEP_ASSISTANCE)
def assistance_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begins with what this state has said before."""
    of = the_request(request, pk)
    before = next((one for one in standing(of).reviews if one.by == here().code), None)
    begun = {
        f"{name}_{short}": getattr(before, name).get(tag, "")
        for name in ("well", "badly", "change")
        for short, tag in LANGUAGES.items()
        if before is not None
    }
    asked = Asked(
        "review", _("What was learnt"),
        _("It takes the place of what this state said before; every state that reads the request reads it."),
        _("Put on record"), _("On record."), "#reviews",
    )  # fmt: skip
    form = ReviewForm(request.POST or None, **initial(of, **begun))
    return acted(request, of, asked, form, partial(handing_over.review, of))


urlpatterns = [
    path("assistance/requests/<uuid:pk>/renew/", assistance_renew, name="assistance_renew"),
    path("assistance/requests/<uuid:pk>/cancel/", assistance_cancel, name="assistance_cancel"),
    path("assistance/requests/<uuid:pk>/close/", assistance_close, name="assistance_close"),
    path("assistance/requests/<uuid:pk>/costs/", assistance_costs, name="assistance_costs"),
    path("assistance/requests/<uuid:pk>/review/", assistance_review, name="assistance_review"),
]
