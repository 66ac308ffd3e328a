"""Uploads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def uploads(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("uploads/", uploads, name="uploads")]
