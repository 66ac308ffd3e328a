"""Addresses of clinical codes."""

from django.urls import path

from tocsin.node.clinical import views

urlpatterns = [path("clinical/codes/", views.codes, name="clinical_codes")]
