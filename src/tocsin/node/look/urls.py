"""Addresses of the gallery; a node that people use has none of them."""

from django.urls import path

from tocsin.node.look import gallery

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("saved", gallery.saved, name="gallery-saved"),
    path("progress", gallery.progress_part, name="gallery-progress"),
    path("boundaries.json", gallery.boundaries, name="gallery-boundaries"),
    path("upload", gallery.upload, name="gallery-upload"),
    path("ended", gallery.ended, name="gallery-ended"),
    path("broken", gallery.broken, name="gallery-broken"),
    path("bare", gallery.bare, name="gallery-bare"),
]
