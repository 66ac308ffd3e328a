"""The hospitals and clinicians that an address names, for somebody who may see them."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["the_clinician", "the_hospital"]

PEOPLE = ("applied_by", "verified_by", "changed_by", "organisation")


def the_hospital(request: HttpRequest, pk: UUID) -> Hospital:
    """Raises Http404 for what is not there, and for what is not theirs to see."""
    return get_object_or_404(Hospital.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)


def the_clinician(request: HttpRequest, pk: UUID) -> Clinician:
    """Raises Http404 as well."""
    visible = Clinician.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("hospital", "person", "invitation", "changed_by"), pk=pk)
