"""Every address of the node."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("language/", include("tocsin.node.language.urls")),
    path("api/v1/", include("tocsin.node.api.urls")),
    path("", include("tocsin.node.work.urls")),
    path("", include("tocsin.node.alliance.urls")),
    path("", include("tocsin.node.surveillance.urls")),
    path("", include("tocsin.node.post.urls")),
    path("", include("tocsin.node.indicators.urls")),
    path("", include("tocsin.node.estimates.urls")),
    path("", include("tocsin.node.duty.urls")),
    path("", include("tocsin.node.events.urls")),
    path("", include("tocsin.node.notifications.urls")),
    path("", include("tocsin.node.council.urls")),
    path("", include("tocsin.node.assistance.urls")),
    path("", include("tocsin.node.travellers.urls")),
    path("", include("tocsin.node.exercises.urls")),
    path("", include("tocsin.node.hospitals.urls")),
    path("", include("tocsin.node.clinical.urls")),
    path("", include("tocsin.node.files.urls")),
    path("", include("tocsin.node.consultations.urls")),
    path("", include("tocsin.node.transfers.urls")),
    path("", include("tocsin.node.correspondence.urls")),
]
if settings.DEBUG or settings.GALLERY:
    urlpatterns.append(path("gallery/", include("tocsin.node.look.urls")))

handler400 = "tocsin.node.look.views.bad_request"
handler403 = "tocsin.node.look.views.forbidden"
handler404 = "tocsin.node.look.views.not_found"
handler500 = "tocsin.node.look.views.server_error"
