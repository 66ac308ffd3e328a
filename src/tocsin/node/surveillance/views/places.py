"""Places."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


def places(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [path("places/", places, name="places")]
