"""Report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def report_signal(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("signals/new/", report_signal, name="report_signal")]
