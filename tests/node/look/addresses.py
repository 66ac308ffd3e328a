"""The gallery alone, so that a test of the look needs no people and no counts."""

from django.urls import include, path

urlpatterns = [
    path("gallery/", include("tocsin.node.look.urls")),
    path("language/", include("tocsin.node.language.urls")),
]

handler404 = "tocsin.node.look.views.not_found"
handler500 = "tocsin.node.look.views.server_error"
