"""Situation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def situation(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("", situation, name="situation")]
