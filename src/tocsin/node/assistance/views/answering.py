"""Answers to offers, and what a state says of an offer of its own."""

from functools import partial
from math import floor
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.joint.assistance import Offer, Request
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions import answering, offering
from tocsin.node.assistance.forms.acting import (
    LineChoice,
    QuantitiesForm,
    ReasonForm,
    Seen,
    accept_fields,
    reason_fields,
)
from tocsin.node.assistance.pages.quantities import amount, comes_to, quantity
from tocsin.node.assistance.pages.request_offers import line_name
from tocsin.node.assistance.views.asking import Asked, acted, initial
from tocsin.node.assistance.views.finding import standing, the_offer, the_request
from tocsin.node.assistance.words import unit_in_words
from tocsin.node.language.formats import sentences

__all__ = ["urlpatterns"]


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_accept(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    """Line by line: as much as is still short is proposed."""
    of = the_request(request, pk)
    now = standing(of)
    one = the_offer(now, origin, offer)
    lines = [_open_line(now, one, line.item) for line in one.lines if line.quantity > line.accepted]
    asked = Asked(
        f"accept-{origin}-{offer}", _("Accept what %(state)s offers") % {"state": names([origin])[origin]},
        _(
            "In the state’s name: the state that offers relies on it, and sends it. Leave a line empty that is not "
            "needed."
        ),
        _("Accept"), _("Accepted."), f"#offer-{origin}-{offer}",
    )  # fmt: skip
    form = QuantitiesForm(request.POST or None, lines=lines, extra=accept_fields(), **initial(of))
    return acted(request, of, asked, form, partial(answering.accept, of, one.key))


def _open_line(request: Request, offer: Offer, item: str) -> LineChoice:
    line, wanted = offer.line(item), request.item(item)
    assert line is not None
    left = line.quantity - line.accepted
    said = [_("Offered and open: %(quantity)s.") % {"quantity": quantity(left, line.packing)}]
    proposed = left
    if wanted is not None:
        short = wanted.quantity - request.accepted(item)
        proposed = min(left, max(floor(short / line.rate), 0))
        said.append(_("Still short: %(quantity)s.") % {"quantity": quantity(short, wanted.packing)})
        if known := comes_to(left, line.packing, wanted.packing):
            said.append(f"{quantity(left, line.packing)} {known}.")
    label = _("%(item)s, in %(unit)s") % {
        "item": line_name(request, item), "unit": unit_in_words(line.packing.unit),
    }  # fmt: skip
    return LineChoice(item, label, sentences(said), left, proposed or None)


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_give_up(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    of = the_request(request, pk)
    now = standing(of)
    one = the_offer(now, origin, offer)
    lines = []
    for line in one.lines:
        left = line.accepted - now.shipped_of(one.key, line.item)
        if left > 0:
            help = _("Accepted and on no shipment: %(quantity)s.") % {"quantity": quantity(left, line.packing)}
            label = _("%(item)s, in %(unit)s") % {
                "item": line_name(now, line.item), "unit": unit_in_words(line.packing.unit),
            }  # fmt: skip
            lines.append(LineChoice(line.item, label, help, left, None))
    asked = Asked(
        f"give-up-{origin}-{offer}", _("Give up what was accepted of %(state)s") % {"state": names([origin])[origin]},
        _(
            "What is given up is short again, so that others may cover it. Nothing that is on a shipment can be given "
            "up."
        ),
        _("Give it up"), _("Given up."), f"#offer-{origin}-{offer}", is_danger=True,
    )  # fmt: skip
    form = QuantitiesForm(request.POST or None, lines=lines, extra=reason_fields(), **initial(of))
    return acted(request, of, asked, form, partial(answering.give_up, of, one.key))


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_decline(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    of = the_request(request, pk)
    one = the_offer(standing(of), origin, offer)
    asked = Asked(
        f"decline-{origin}-{offer}", _("Decline what %(state)s offers") % {"state": names([origin])[origin]},
        _("The state that offers is told at once, with the reason. It may make another offer."), _("Decline"),
        _("Declined."), f"#offer-{origin}-{offer}",
    )  # fmt: skip
    return acted(
        request, of, asked, ReasonForm(request.POST or None, **initial(of)), partial(answering.decline, of, one.key)
    )


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_confirm(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    of = the_request(request, pk)
    now = standing(of)
    one = _ours(now, origin, offer)
    lines = [f"{line_name(now, line.item)}: {quantity(line.quantity, line.packing)}" for line in one.lines]
    asked = Asked(
        f"confirm-{offer}", _("Confirm our pledge"),
        _("It becomes firm: the state that asks may accept all of it, and relies on it then."), _("Confirm it"),
        _("Confirmed."), f"#offer-{origin}-{offer}",
    )  # fmt: skip
    form = Seen(request.POST or None, **initial(of))
    return acted(request, of, asked, form, partial(offering.confirm_offer, of, offer), before=lines)


@requires(Ability.RELEASE_ASSISTANCE)
def assistance_withdraw(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    of = the_request(request, pk)
    now = standing(of)
    one = _ours(now, origin, offer)
    kept = [
        _("%(item)s: %(n)s was accepted and is still owed")
        % {"item": line_name(now, line.item), "n": amount(line.accepted, line.packing.unit)}
        for line in one.lines
        if line.accepted
    ]
    asked = Asked(
        f"withdraw-{offer}", _("Withdraw what was not accepted of our offer"),
        _("What was accepted stays promised; nothing more of it can be accepted."), _("Withdraw it"), _("Withdrawn."),
        f"#offer-{origin}-{offer}", is_danger=True,
    )  # fmt: skip
    form = ReasonForm(request.POST or None, **initial(of))
    return acted(request, of, asked, form, partial(offering.withdraw_offer, of, offer), before=kept)


def _ours(request: Request, origin: str, offer: str) -> Offer:
    if origin != here().code:
        raise Http404
    return the_offer(request, origin, offer)


WHERE = "assistance/requests/<uuid:pk>/offers/<slug:origin>/<slug:offer>/"
urlpatterns = [
    path(f"{WHERE}accept/", assistance_accept, name="assistance_accept"),
    path(f"{WHERE}give-up/", assistance_give_up, name="assistance_give_up"),
    path(f"{WHERE}decline/", assistance_decline, name="assistance_decline"),
    path(f"{WHERE}confirm/", assistance_confirm, name="assistance_confirm"),
    path(f"{WHERE}withdraw/", assistance_withdraw, name="assistance_withdraw"),
]
