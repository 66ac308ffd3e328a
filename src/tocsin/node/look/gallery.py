"""Every part of the design system on one page, with invented figures that say so."""

import math
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tocsin.node.language import formats
from tocsin.node.look import drafts, views
from tocsin.node.look.progress import Progress
from tocsin.node.look.states import STATES, Kind

WEEKS = 156
FIRST_MONDAY = date(2023, 3, 20)
DISEASES = ("Alphatosis", "Betapox", "Gammaria", "Deltafever", "Epsilitis", "Zetaplague", "Etaflu", "Thetosis")
PLACES = ("Alba", "Bora", "Cina", "Dora", "Elba", "Fara", "Gora", "Hola", "Isla", "Jura", "Kara", "Lura")


class Verdict(forms.Form):
    """A form with one field of each kind."""

    verdict = forms.ChoiceField(
        label="Verdict", choices=[("verified", "It is true"), ("refuted", "It is not"), ("watch", "Watch until")]
    )
    reason = forms.CharField(
        label="Reason", help_text="One sentence that a colleague understands in a year.", widget=forms.Textarea
    )
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    grave = forms.BooleanField(label="Tell the duty officer at once", required=False)
    level = forms.ChoiceField(
        label="Level", widget=forms.RadioSelect, choices=[("1", "district"), ("2", "region")], required=False
    )


def _wave(place: int, week: int) -> float:
    return 6 + 4 * math.sin(2 * math.pi * (week + 7 * place) / 52) + place % 3


def _observed(place: int) -> list[int]:
    return [max(0, round(_wave(place, w) + 2.5 * math.sin(w * w * (place + 2)))) for w in range(WEEKS)]


def _weeks(count: int) -> dict[str, list[str]]:
    mondays = [FIRST_MONDAY + timedelta(weeks=w) for w in range(WEEKS - count, WEEKS)]
    return {"labels": [formats.week_of(m) for m in mondays], "ticks": [formats.short_date(m) for m in mondays]}


def _series() -> dict[str, Any]:
    observed: list[int | None] = [*_observed(0)]
    observed[61:64] = [19, 24, 17]
    observed[90] = None
    observed[-4:] = [16, 23, 31, 12]
    middle, low, high = ([None] * WEEKS for _ in range(3))
    middle[-1], low[-1], high[-1] = 34, 26, 45
    return {
        **_weeks(WEEKS),
        "caption": "Invented figures: Alphatosis in Alba went above its threshold in the last four weeks; "
        "of the last one only a part has been reported.",
        "unit": "cases",
        "filename": "alphatosis-alba",
        "observed": observed,
        "expected": [round(_wave(0, w), 1) for w in range(WEEKS)],
        "threshold": [round(_wave(0, w) + 5, 1) for w in range(WEEKS)],
        "alarms": [61, 62, 63, WEEKS - 4, WEEKS - 3, WEEKS - 2],
        "incomplete": 1,
        "excluded": [[60, 65, "outbreak of 2024, known"]],
        "estimate": {"middle": middle, "low": low, "high": high},
    }


def _multiples() -> dict[str, Any]:
    panels = []
    for i, disease in enumerate(DISEASES):
        observed = _observed(i)[-26:]
        panels.append(
            {
                "title": disease,
                "href": "#figures",
                "note": f"{observed[-2]}",
                "observed": observed,
                "expected": [round(_wave(i, w), 1) for w in range(WEEKS - 26, WEEKS)],
                "alarms": [i * 3] if i % 3 == 0 else [],
                "incomplete": 1,
            }
        )
    return {**_weeks(26), "caption": "Invented figures: eight diseases, 26 weeks, the same axes.", "panels": panels}


def _cells() -> list[dict[str, Any]]:
    cells = []
    for i, name in enumerate(PLACES):
        value = None if i == 7 else (i * 37) % 23
        cells.append(
            {
                "id": name,
                "row": i // 4,
                "column": i % 4 + (i // 4) % 2,
                "short": name[:2].upper(),
                "name": name,
                "value": value,
                "text": "" if value is None else f"{value} cases",
                "href": "#figures" if i % 5 else "",
                "tone": "alarm" if i == 5 else "",
            }
        )
    return cells


def _figures(request: HttpRequest) -> dict[str, Any]:
    cells = _cells()
    bars = [
        {"label": label, "value": value, "text": f"{value}", "expected": expected, "tone": tone}
        for label, value, expected, tone in (
            ("0–4", 31, 9, "alarm"),
            ("5–14", 12, 11, ""),
            ("15–44", 17, 15.5, ""),
            ("45–64", 8, 9.2, ""),
            ("65 +", 4, 6, "estimate"),
        )
    ]
    return {
        "series": _series(),
        "multiples": _multiples(),
        "tiles": {"caption": "Invented figures: twelve states as tiles; Fara is above its threshold.", "cells": cells},
        "boundaries": {
            "caption": "Invented figures in an invented boundary layer.",
            "url": request.path + "boundaries.json",
            "key": "id",
            "cells": cells,
        },
        "bars": {"caption": "Invented figures: cases by age beside what was expected.", "bars": bars, "unit": "cases"},
    }


def _rows() -> list[dict[str, Any]]:
    rows = []
    for i, disease in enumerate(DISEASES):
        observed = _observed(i)[-26:]
        rows.append(
            {
                "pk": i,
                "disease": disease,
                "place": PLACES[i],
                "observed": observed[-2],
                "expected": formats.decimal(_wave(i, WEEKS - 2)),
                "times": formats.times(observed[-2] / _wave(i, WEEKS - 2)),
                "series": observed,
                "alarms": [-2] if i < 3 else [],
                "state": ("new", "watch", "verified", "under_verification", "discarded", "refuted", "new", "triaged")[
                    i
                ],
            }
        )
    return rows


def gallery(request: HttpRequest) -> HttpResponse:
    form = Verdict({"verdict": "watch", "reason": ""} if "wrong" in request.GET else None)
    return render(
        request,
        "look/gallery.html",
        {
            "states": list(STATES),
            "kinds": list(Kind),
            "form": form,
            "rows": _rows(),
            "page": Paginator(range(107), 20).page(2),
            "progress": Progress("Reading invented.csv", 620, 1000, request.path + "progress", seconds=70),
            "stopped": Progress(
                "Screening", 3, 10, request.path, problem="The disk is full; free 2 GB and start again."
            ),
            "classification": "MEMBERS",
            "exercise": "plain" not in request.GET,
            **_figures(request),
        },
    )


@require_POST
def saved(request: HttpRequest) -> HttpResponse:
    drafts.saved(request, "gallery", "Saved, as far as a gallery can.")
    return redirect("gallery")


def progress_part(request: HttpRequest) -> HttpResponse:
    done = Progress("Reading invented.csv", 1000, 1000, request.path, finished=True)
    return render(request, "look/progress.html", {"progress": done})


def boundaries(request: HttpRequest) -> JsonResponse:
    """Twelve squares with a notch, as a boundary layer would come from a file of the node."""

    def square(row: int, column: int) -> list[list[list[float]]]:
        x, y = 10 + column * 4, 50 - row * 3
        return [[[x, y], [x + 3.8, y], [x + 3.8, y - 2], [x + 3, y - 2.8], [x, y - 2.8], [x, y]]]

    features = [
        {
            "type": "Feature",
            "properties": {"id": cell["id"]},
            "geometry": {"type": "Polygon", "coordinates": square(cell["row"], cell["column"])},
        }
        for cell in _cells()
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    name = request.FILES["file"].name if "file" in request.FILES else "nothing"
    return JsonResponse({"error": f"{name}: row 7, column “cases”: “twelve” is not a number."}, status=422)


def ended(request: HttpRequest) -> HttpResponse:
    """As the node answers an htmx request after the session's end."""
    return HttpResponse(status=401)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotFound(views.server_error(request).content)


def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "look/gallery_bare.html", {"form": Verdict()})
