"""Addresses of the language app; include them under "language/"."""

from django.urls import path

from tocsin.node.language import views

urlpatterns = [path("", views.set_language, name="set_language")]
