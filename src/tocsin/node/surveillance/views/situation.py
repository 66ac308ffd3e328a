"""The first page: what is new, what is late, where and when; for those who do not read counts, what they can do."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import ExportRefused
from tocsin.node.exports.pdf import page_pdf
from tocsin.node.exports.situation_report import CONTENT_TYPE, situation_report_docx
from tocsin.node.exports.tables import attachment, refusal, respond
from tocsin.node.language.formats import iso_week
from tocsin.node.surveillance.models import Disease, Place, Source, Thread
from tocsin.node.surveillance.pages import beside
from tocsin.node.surveillance.pages import situation as parts
from tocsin.node.surveillance.pages.boundary_layer import ids_of, layer
from tocsin.node.surveillance.pages.exporting import audited
from tocsin.node.surveillance.pages.inbox_rows import SHOWN, sort_language
from tocsin.node.surveillance.pages.landing import landing
from tocsin.node.surveillance.pages.situation_report import (
    as_page,
    last_complete_week,
    late_table,
    report,
    threads_table,
)
from tocsin.node.surveillance.pages.tile_maps import (
    Map,
    Opened,
    as_bars,
    as_boundaries,
    as_tiles,
    beside_map,
    open_threads,
    partner_maps,
    places_with_tiles,
    region_map,
    state_map,
)
from tocsin.node.surveillance.pages.tile_picture import tile_picture
from tocsin.node.surveillance.pages.trends import figures, most_moved, trends
from tocsin.node.surveillance.pages.visits import seen_before
from tocsin.node.surveillance.threads.priority import above_the_line

SHOWN_LATE = 6
SHOWN_SCREENINGS = 8


@login_required
def situation(request: HttpRequest) -> HttpResponse:
    """Everybody who is signed in has a first page; which, their abilities say."""
    if not request.user.may(Ability.READ_SURVEILLANCE):
        return render(request, "surveillance/situation_landing.html", {"page": landing(request.user), **_frame()})
    sources = parts.sources_in_use()
    if not sources and not Thread.objects.visible_to(request.user).exists():
        return render(request, "surveillance/situation_first.html", {"may": _may(request), **_frame()})
    return render(request, "surveillance/situation.html", _page(request, sources))


def _frame() -> dict[str, str]:
    return {"classification": _("NATIONAL")}


def _may(request: HttpRequest) -> dict[str, bool]:
    abilities = ("TRIAGE", "EXPORT", "MANAGE_SOURCES", "UPLOAD_COUNTS", "SCREEN", "REPORT_SIGNAL")
    return {name.lower(): request.user.may(Ability[name]) for name in abilities}


def _page(request: HttpRequest, sources: Sequence[Source]) -> dict[str, Any]:
    person = request.user
    since = seen_before(request)
    known = parts.screenings_of(sources)
    attention, mine, late = parts.attention(person, since), parts.mine(person), parts.late(sources)
    screened = parts.last_screenings(sources, known)
    # What partners share is told beside one's own, never among it.
    own = [one for one in sources if not one.shared_by_id]
    is_shared = len(own) < len(sources)
    opened, moved = open_threads(person), most_moved(own, known)
    shared = open_threads(person, whose="partners") if is_shared else Opened([], is_capped=False)
    whose = request.GET.get("whose", "") if is_shared else ""
    whose = whose if whose in ("partners", "all") else ""
    named = (*opened.threads, *shared.threads, *moved)
    diseases = Disease.objects.in_bulk({one.disease for one in named if one.disease})
    axes = "own" if request.GET.get("axes") == "own" else "same"
    needing = len({*attention.keys, *mine.keys})
    return {
        "answer": parts.answer(needing, late, decides=person.may(Ability.TRIAGE)),
        "attention": parts.shared_attention(person, whose, since) if whose else attention,
        "whose": whose,
        "is_shared": is_shared,
        "mine": mine,
        "news": parts.news(person, since),
        "late": late[:SHOWN_LATE],
        "late_more": len(late) - SHOWN_LATE,
        "screened": screened[:SHOWN_SCREENINGS],
        "screened_more": len(screened) - SHOWN_SCREENINGS,
        "sections": beside.of_situation(own, person),
        "trends": figures(trends(moved, diseases), axes=axes),
        "axes": axes,
        "map": _map(request, sources, opened, shared, diseases),
        "may": _may(request),
        "languages": settings.LANGUAGES,
        **_frame(),
    }


def _map(
    request: HttpRequest, sources: Sequence[Source], opened: Opened, shared: Opened, diseases: dict[str, Disease]
) -> dict[str, Any]:
    """Figures of the map, and what it can be switched to: by whole state, regions or districts; disease; boundaries."""
    states = list(State.objects.of_the_alliance())
    mine = next((state for state in states if state.is_here), None)
    by_kind = places_with_tiles(mine)
    disease = diseases.get(request.GET.get("disease", ""))
    partners = _of(disease, shared, request.user, "partners")
    shown = _of(disease, opened, request.user, "own")
    level = request.GET.get("level", "")
    level = level if level in by_kind else next(iter(by_kind), "")
    near = [region_map(str(here()), by_kind[level], shown, disease)] if level else []
    chosen = layer()
    figure, is_drawn = _near(near, chosen, request) if near else (None, False)
    names = {one.disease for one in (*opened.threads, *shared.threads)}
    beside, more = beside_map(sources, shown, disease)
    of_partners = partner_maps(sources, partners, disease)
    return {
        "near": figure,
        "on_paper": tile_picture(near[0]) if is_drawn else "",
        "is_drawn": is_drawn,
        "has_layer": bool(near and chosen and ids_of(chosen, [cell.code for cell in near[0].cells])),
        "beside": [_figure(one, f"map-{at}") for at, one in enumerate(beside, 1)],
        "beside_more": more,
        "partners": [_figure(one, f"map-shared-{at}") for at, one in enumerate(of_partners, 1)],
        "alliance": as_tiles(state_map(states, _roots(mine, sources), opened, shared), "alliance"),
        "levels": [(kind, Place.Kind(kind).label) for kind in by_kind],
        "level": level,
        "disease": disease,
        "diseases": sorted(
            (one for key, one in diseases.items() if key in names),
            key=lambda one: getattr(one, f"sort_{sort_language()}"),
        ),
    }


def _of(disease: Disease | None, opened: Opened, person: Person, whose: str) -> Opened:
    """Those of one disease, if one is chosen."""
    if disease is None:
        return opened
    if opened.is_capped:
        return open_threads(person, disease.pk, whose=whose)
    return Opened([one for one in opened.threads if one.disease == disease.pk], is_capped=False)


def _near(near: Sequence[Map], chosen: Any, request: HttpRequest) -> tuple[dict[str, Any], bool]:
    """The figure of one's own state, and whether it is drawn by the boundary layer."""
    made = near[0]
    if chosen is not None and request.GET.get("map") == "boundaries":
        ids = ids_of(chosen, [cell.code for cell in made.cells])
        if ids:
            url = reverse("boundaries", args=[chosen.name])
            data = as_boundaries(made, "map", url=url, key=chosen.key, ids=ids)
            return {"kind": "boundaries", "title": made.title, "data": data}, True
    return _figure(made, "map"), False


def _figure(made: Map, filename: str) -> dict[str, Any]:
    data = as_bars(made, filename) if made.kind == "bars" else as_tiles(made, filename)
    return {"kind": made.kind, "title": made.title, "data": data}


def _roots(mine: State | None, sources: Sequence[Source]) -> dict[str, str]:
    """Paths of the outermost places of the state that runs this node, and of those that share counts with it."""
    known = {one.shared_by_id for one in sources if one.shared_by_id} | ({mine.code} if mine else set())
    return dict(Place.objects.filter(state__in=known, parent=None).values_list("state_id", "path")) if known else {}


@requires(Ability.EXPORT)
def situation_report(request: HttpRequest, kind: str) -> HttpResponse:
    """The report of the last complete week in the language asked for: DOCX to be edited, PDF to be read."""
    language = request.GET.get("language") or get_language() or "en"
    if kind not in ("docx", "pdf") or language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        made = report(request.user, language)
        try:
            content = situation_report_docx(made) if kind == "docx" else page_pdf(as_page(made))
        except ExportRefused as refused:
            return refusal(str(refused))
        name = _("situation %(week)s") % {"week": iso_week(last_complete_week().monday)}
    response = HttpResponse(content, content_type=CONTENT_TYPE if kind == "docx" else "application/pdf")
    return audited(request, "situation.reported", attachment(response, f"{name}.{kind}"), kind=kind, language=language)


@requires(Ability.EXPORT)
def situation_export(request: HttpRequest, what: str, kind: str) -> HttpResponse:
    """The tables of the page: all threads above the line, all late sources."""
    if what == "late":
        table = late_table(parts.late(parts.sources_in_use()))
    else:
        table = threads_table(list(above_the_line(request.user).threads.select_related(*SHOWN)))
    return audited(request, "situation.exported", respond(request, table, kind), what=what, kind=kind)


urlpatterns = [
    path("", situation, name="situation"),
    path("situation/report.<str:kind>", situation_report, name="situation_report"),
    path("situation/threads.<str:kind>", situation_export, {"what": "threads"}, name="situation_threads"),
    path("situation/late.<str:kind>", situation_export, {"what": "late"}, name="situation_late"),
]
