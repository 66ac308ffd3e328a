"""Screenings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def screenings(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("screenings/", screenings, name="screenings")]
