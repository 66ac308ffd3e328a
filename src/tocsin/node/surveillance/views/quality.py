"""Quality."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def quality(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("quality/", quality, name="quality")]
