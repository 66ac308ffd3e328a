"""Situation, signals, series, sources: each page's addresses stand beside its views."""

from tocsin.node.surveillance.views import (
    boundaries,
    inbox,
    places,
    quality,
    reporting,
    rules,
    screenings,
    series,
    signals,
    situation,
    sources,
    uploads,
)

urlpatterns = [
    *situation.urlpatterns,
    *boundaries.urlpatterns,
    *reporting.urlpatterns,
    *inbox.urlpatterns,
    *signals.urlpatterns,
    *series.urlpatterns,
    *sources.urlpatterns,
    *uploads.urlpatterns,
    *screenings.urlpatterns,
    *quality.urlpatterns,
    *places.urlpatterns,
    *rules.urlpatterns,
]
