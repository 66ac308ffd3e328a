"""The case of an address, for whoever has a part in it; for all others it is not there."""

from uuid import UUID

from django.http import Http404, HttpRequest

from tocsin.node.consultations.models import Case

__all__ = ["the_case"]


def the_case(request: HttpRequest, pk: UUID) -> Case:
    """Raises Http404."""
    found: Case | None = Case.objects.visible_to(request.user).select_related("of").filter(pk=pk).first()
    if found is None or found.status == Case.Status.VOID:
        raise Http404
    return found
