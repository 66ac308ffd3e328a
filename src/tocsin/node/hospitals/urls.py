"""Every page of the directory of hospitals."""

from tocsin.node.hospitals.views.acting import urlpatterns as acting
from tocsin.node.hospitals.views.clinicians import urlpatterns as clinicians
from tocsin.node.hospitals.views.directory import urlpatterns as directory
from tocsin.node.hospitals.views.entries import urlpatterns as entries
from tocsin.node.hospitals.views.fhir import urlpatterns as fhir

__all__ = ["urlpatterns"]

urlpatterns = [*directory, *entries, *clinicians, *acting, *fhir]
