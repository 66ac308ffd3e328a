"""The boundary layer of the node's own choice, to the screens of those who read surveillance, and nowhere else."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.pages.boundary_layer import layer


@requires(Ability.READ_SURVEILLANCE)
def boundaries(request: HttpRequest, name: str) -> HttpResponse:
    chosen = layer()
    if chosen is None or chosen.name != name:
        raise Http404
    response = FileResponse(chosen.path.open("rb"), content_type=chosen.content_type)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


urlpatterns = [path("boundaries/<str:name>", boundaries, name="boundaries")]
