"""Pages of a panel: called together, there, said, drafted, agreed on, signed."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.joint.parties import PartyId
from tocsin.node.alliance.gates import requires
from tocsin.node.consultations.actions import panels
from tocsin.node.consultations.forms.acting import ConveneForm, NoteForm, ReasonForm, Seen, StandForm
from tocsin.node.consultations.models import Case, CaseHospital
from tocsin.node.consultations.models.cases import HAVE_IT, Part
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.views.asked import MAY, Asked, acted, initial
from tocsin.node.consultations.views.finding import the_case
from tocsin.node.consultations.views.refusing import of_part
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.naming import sorted_by

__all__ = ["urlpatterns"]


@requires(*MAY)
@of_part(Part.EXPERT, Part.ASKED)
def case_convene(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Clinicians of the hospitals of the case; those who have it already stand first."""
    row = the_case(request, pk)
    asked = Asked(
        "convene", _("Call a panel together"),
        _("Each member reads the case from now on. The answer is the outcome that the panel signs."),
        _("Call them together"), _("The members are told."),
    )  # fmt: skip
    hospitals = CaseHospital.objects.filter(case=row, hospital__isnull=False, part__in=HAVE_IT).values("hospital")
    known = list(Clinician.objects.working().filter(hospital__in=hospitals).select_related("hospital"))
    have_it, by_name = case_ahead(row.of).readers, sorted_by()
    known.sort(key=lambda one: (PartyId.of(one.key) not in have_it, getattr(one, by_name), str(one.pk)))
    form = ConveneForm(request.POST or None, clinicians=known, **initial(row))
    return acted(request, row, asked, form, partial(panels.convene, row))


@requires(*MAY)
@of_part(Part.MEMBER)
def case_join(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked("join", _("You are here"), _("The others of the panel see it."), _("I am here"), _("Welcome."))
    return acted(request, row, asked, Seen(request.POST or None, **initial(row)), _without_seen(panels.join, row))


@requires(*MAY)
@of_part(Part.MEMBER)
def case_position(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "position", _("What you think"), _("Everybody who has the case reads it."), pgettext("in a panel", "Say it"),
        pgettext("in a panel", "Said."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, rows=8, **initial(row))
    return acted(request, row, asked, form, _without_seen(panels.state_position, row))


@requires(*MAY)
@of_part(Part.MEMBER)
def case_draft_outcome(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "draft_outcome", _("Propose an outcome"),
        _("The members say whether they agree with it as it stands. A new proposal asks them again."),
        _("Propose it"), _("Proposed. The members are told."),
    )  # fmt: skip
    form = NoteForm(request.POST or None, label=_("Outcome and advice"), rows=14, **initial(row))
    return acted(request, row, asked, form, _without_seen(panels.draft_outcome, row, after=_drafts(row)))


@requires(*MAY)
@of_part(Part.MEMBER)
def case_stand(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "stand", _("Do you agree with the outcome?"), _("Whoever does not is not passed over: it is kept beside it."),
        pgettext("in a panel", "Say so"), pgettext("in a panel", "Said."),
    )  # fmt: skip
    form = StandForm(request.POST or None, **initial(row))
    return acted(request, row, asked, form, _without_seen(panels.stand, row, draft=_drafts(row)))


@requires(*MAY)
@of_part(Part.MEMBER)
def case_sign_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "sign_off", _("Sign the outcome"), _("It is the answer of the panel. Those who asked are told at once."),
        _("Sign it"), _("Signed."),
    )  # fmt: skip
    form = Seen(request.POST or None, **initial(row))
    return acted(request, row, asked, form, partial(panels.sign_off, row, draft=_drafts(row)))


@requires(*MAY)
@of_part(Part.MEMBER, Part.ASKED)
def case_dissolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_case(request, pk)
    asked = Asked(
        "dissolve", _("Dissolve the panel"), _("It ends without an outcome; what was said in it stays."),
        _("Dissolve it"), _("Dissolved."), is_danger=True,
    )  # fmt: skip
    return acted(request, row, asked, ReasonForm(request.POST or None, **initial(row)), partial(panels.dissolve, row))


def _drafts(row: Case) -> int:
    panel = case_ahead(row.of).panel
    return len(panel.drafts) if panel is not None else 0


def _without_seen(act: object, row: Case, **more: object) -> object:
    """What is said in a panel goes on beside what others say: nobody has to look again first."""

    def do(*, seen: str | None, **said: object) -> object:
        return act(row, **more, **said)  # type: ignore[operator]

    return do


WHERE = "consultations/<uuid:pk>/panel/"
urlpatterns = [
    path(f"{WHERE}convene/", case_convene, name="case_convene"),
    path(f"{WHERE}join/", case_join, name="case_join"),
    path(f"{WHERE}position/", case_position, name="case_position"),
    path(f"{WHERE}outcome/", case_draft_outcome, name="case_draft_outcome"),
    path(f"{WHERE}stand/", case_stand, name="case_stand"),
    path(f"{WHERE}sign-off/", case_sign_off, name="case_sign_off"),
    path(f"{WHERE}dissolve/", case_dissolve, name="case_dissolve"),
]
