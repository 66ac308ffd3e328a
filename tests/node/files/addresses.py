"""The node's addresses with those of files."""

from django.urls import include, path

from tocsin.node.urls import handler400, handler403, handler404, handler500
from tocsin.node.urls import urlpatterns as of_the_node

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*of_the_node, path("", include("tocsin.node.files.urls"))]
