"""A version of a notification as PDF, in each of the three languages."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import translation

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.tables import ExportRefused, attachment, refusal
from tocsin.node.notifications.models import Notification
from tocsin.node.notifications.pages.pdf import filename, notification_pdf


@requires(Ability.READ_EVENTS)
def notification_as_pdf(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Not there: a language that is none of the three, and a version whose words were erased."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    notification = get_object_or_404(Notification.objects.visible_to(request.user).filter(erased_at=None), pk=pk)
    with translation.override(language):
        try:
            made = notification_pdf(notification)
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("notification.exported", notification, by=request.user, language=language)
    return attachment(HttpResponse(made, content_type="application/pdf"), filename(notification, language))


urlpatterns = [
    path("notifications/<uuid:pk>/pdf/<slug:language>/", notification_as_pdf, name="notification_pdf"),
]
