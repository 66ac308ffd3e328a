"""Shipments: planned, and every step on their way, each on a page that says what is said and to whom."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.joint.assistance import Request, Shipment
from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions import handing_over, shipping
from tocsin.node.assistance.forms import acting as forms
from tocsin.node.assistance.pages.quantities import quantity
from tocsin.node.assistance.pages.request_offers import line_name
from tocsin.node.assistance.views.asking import Asked, acted, initial
from tocsin.node.assistance.views.finding import standing, the_offer, the_request, the_shipment
from tocsin.node.assistance.words import unit_in_words
from tocsin.node.language.formats import phrases

__all__ = ["urlpatterns"]

KEEPS, RELEASES = Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE


@requires(KEEPS)
def assistance_plan(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    """What was accepted of an offer of ours and is on no shipment yet is proposed."""
    of = the_request(request, pk)
    now = standing(of)
    one = the_offer(now, origin, offer)
    if origin != here().code:
        raise Http404
    lines = []
    for line in one.lines:
        left = line.accepted - now.shipped_of(one.key, line.item)
        if left > 0:
            help = _("Accepted and on no shipment: %(quantity)s.") % {"quantity": quantity(left, line.packing)}
            lines.append(forms.LineChoice(line.item, _label(now, line.item, line.packing), help, left, left))
    asked = Asked(
        f"plan-{offer}", _("Plan a shipment"),
        _("The state that asks sees to customs and import licences by what is said here, and then clears it."),
        _("Plan it"), _("Planned."), f"#offer-{origin}-{offer}",
    )  # fmt: skip
    form = forms.PlanForm(request.POST or None, lines=lines, **initial(of))
    return acted(request, of, asked, form, partial(shipping.plan_shipment, of, offer=offer))


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its action and form, its words. form: the form's class, or what makes it of a request and a shipment."""

    act: Callable[..., object]
    form: Any
    title: Any
    told: Any
    button: Any
    done: Any
    is_danger: bool = False


def _label(request: Request, item: str, packing: Packing) -> str:
    return _("%(item)s, in %(unit)s") % {"item": line_name(request, item), "unit": unit_in_words(packing.unit)}


def _lines(request: Request, shipment: Shipment, *, propose: bool) -> list[forms.LineChoice]:
    """Of what is on a shipment; proposed whole for a hand-over."""
    found = []
    for line in shipment.lines:
        packing = _packing(request, shipment, line.item)
        help = _("On this shipment: %(quantity)s.") % {"quantity": quantity(line.whole, packing)}
        initial = line.whole if propose else None
        found.append(forms.LineChoice(line.item, _label(request, line.item, packing), help, line.whole, initial))
    return found


def _damage_form(data: Any, request: Request, shipment: Shipment, **more: Any) -> forms.QuantitiesForm:
    lines = _lines(request, shipment, propose=False)
    return forms.QuantitiesForm(data, lines=lines, extra=forms.reason_fields(), **more)


def _sign_form(data: Any, request: Request, shipment: Shipment, **more: Any) -> forms.SignForm:
    return forms.SignForm(data, lines=_lines(request, shipment, propose=True), **more)


def _plain(form: Any) -> Callable[..., Any]:
    return lambda data, _request, _shipment, **more: form(data, **more)


L = gettext_lazy
NOTE = _plain(forms.NoteForm)
STEPS = {
    "clear": Step(
        shipping.clear, _plain(forms.ClearForm), L("Customs and import licences are seen to"),
        L("The state that sends may let it leave from then on."), L("Say so"), L("Said."),
    ),
    "dispatch": Step(
        shipping.dispatch, NOTE, L("The shipment has left"), L("Both sides count it as on its way from then on."),
        L("Say that it has left"), L("Said."),
    ),
    "tell_where": Step(
        shipping.tell_where, _plain(forms.WhereForm), L("Where the shipment is"), L("As often as anybody knows more."),
        L("Say so"), L("Said."),
    ),
    "delay": Step(
        shipping.delay, _plain(forms.DelayForm), L("The shipment is delayed"), L("The other side is told at once."),
        L("Report it"), L("Reported."),
    ),
    "damage": Step(
        shipping.damage, _damage_form, L("Something of the shipment was damaged or lost"),
        L("That much is not handed over, and may be sent anew."), L("Report it"), L("Reported."),
    ),
    "divert": Step(
        shipping.divert, _plain(forms.DivertForm), L("The shipment goes to another place"),
        L("The other side is told at once."), L("Say so"), L("Said."),
    ),
    "arrive": Step(
        shipping.arrive, NOTE, L("The shipment has arrived"),
        L("It is before us; nobody has signed yet. Both sides sign the hand-over next."), L("Say that it has arrived"),
        L("Said."),
    ),
    "call_off": Step(
        shipping.call_off, NOTE, L("Call the shipment off"),
        L("It is not sent. What was accepted is still owed, and can be planned anew."), L("Call it off"),
        L("Called off."), is_danger=True,
    ),
    "hand_over": Step(
        handing_over.hand_over, _sign_form, L("Sign the hand-over"),
        L("Signed in the name of this side for what was handed over, line by line. It is handed over when both sides "
          "have signed for the same; else the figures are shown side by side until they do."),
        L("Sign"), L("Signed."),
    ),
    "return": Step(
        handing_over.return_shipment, NOTE, L("The shipment goes back"),
        L("From the road or the border nothing counts as delivered; after the hand-over, what was lent goes home."),
        pgettext_lazy("of a shipment", "Send it back"), L("Said."), is_danger=True,
    ),
    "donate": Step(
        handing_over.donate, NOTE, L("Leave for good what was lent"),
        L("In the state’s name: it belongs to the state that asked from then on."), L("Leave it for good"), L("Said."),
    ),
    "demobilise": Step(
        handing_over.demobilise, NOTE, L("The team goes home"), L("It has done its work."), L("Send the team home"),
        L("Said."),
    ),
}  # fmt: skip


def _step(name: str) -> Callable[..., HttpResponse]:
    """The view of a step."""
    step = STEPS[name]

    @requires(RELEASES if name == "donate" else KEEPS)
    def stepped(request: HttpRequest, pk: UUID, origin: str, shipment: str) -> HttpResponse:
        of = the_request(request, pk)
        now = standing(of)
        one = the_shipment(now, origin, shipment)
        form = step.form(request.POST or None, now, one, **initial(of))
        what = [
            phrases([line_name(now, line.item), quantity(line.whole, _packing(now, one, line.item))])
            for line in one.lines
        ]
        asked = Asked(
            f"{name}-{origin}-{shipment}", str(step.title), str(step.told), str(step.button), str(step.done),
            f"#shipment-{origin}-{shipment}", step.is_danger,
        )  # fmt: skip
        return acted(request, of, asked, form, partial(step.act, of, one.key), before=what)

    stepped.__name__ = f"assistance_{name}"
    return stepped


def _packing(request: Request, shipment: Shipment, item: str) -> Packing:
    offer = request.offer(shipment.offer)
    line = offer.line(item) if offer is not None else None
    return line.packing if line is not None else Packing("piece")


WHERE = "assistance/requests/<uuid:pk>/"
urlpatterns = [
    path(f"{WHERE}offers/<slug:origin>/<slug:offer>/plan/", assistance_plan, name="assistance_plan"),
    *(
        path(
            f"{WHERE}shipments/<slug:origin>/<slug:shipment>/{name.replace('_', '-')}/", _step(name),
            name=f"assistance_{name}",
        )
        for name in STEPS
    ),
]  # fmt: skip
