"""Series."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def series(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("series/", series, name="series")]
