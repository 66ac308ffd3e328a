"""Rules."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def rules(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("rules/", rules, name="rules")]
