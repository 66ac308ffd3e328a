"""Inbox."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def signals(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("signals/", signals, name="signals")]
