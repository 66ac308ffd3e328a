"""Addresses of exercises."""

from tocsin.node.exercises.views import urlpatterns

__all__ = ["urlpatterns"]
