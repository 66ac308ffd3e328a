"""Sources."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def sources(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("sources/", sources, name="sources")]
