"""The tab “Partners” of an event, and beginning the next version of what partners are told."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.pages.head import head
from tocsin.node.events.serials import serial
from tocsin.node.events.views.finding import the_event
from tocsin.node.events.vocabulary import word
from tocsin.node.notifications.actions.preparing import prepare
from tocsin.node.notifications.models import Notification
from tocsin.node.notifications.pages.naming_events import named
from tocsin.node.notifications.pages.partners_tab import partners_tab, to_whom
from tocsin.node.notifications.pages.rendered import changes_of, rendered
from tocsin.node.notifications.refusals import ActRefused, NotYours


@requires(Ability.READ_EVENTS)
def event_partners(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    page = {
        "head": head(event, request.user, "event_partners"),
        "tab": partners_tab(event, request.user),
        "may_notify": request.user.may(Ability.NOTIFY),
    }
    return render(request, "notifications/event_partners.html", page)


@require_POST
@requires(Ability.WRITE_EVENTS, Ability.NOTIFY)
def prepare_notification(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a draft, or go on with the one that is open. Nothing leaves by it."""
    event = the_event(request, pk)
    try:
        draft = prepare(event, status=request.POST.get("status") or None, by=request.user)
    except NotYours as refusal:
        messages.warning(request, str(refusal))
        return redirect("draft", pk=refusal.draft.pk)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("event_partners", pk=event.pk)
    return redirect("draft", pk=draft.pk)


@requires(Ability.READ_EVENTS)
def notified_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version as it was signed. Of a partner's, it stands with what we said to it."""
    visible = Notification.objects.visible_to(request.user).select_related("of__event", "by", "asked_by")
    one = get_object_or_404(visible, pk=pk)
    if not one.is_ours:
        return redirect(f"{reverse('notified_event', args=[one.of_id])}?version={one.pk}")
    shown = rendered(one)
    page = {
        "one": one,
        "shown": shown,
        "changes": changes_of(one, shown) if not one.state else None,
        "serial": serial(one.of.event) if one.of.event else "",
        "named": named(one.of),
        "word": word("notification_status", one.status),
        "reason": word("withdrawal", one.reason) if one.reason else "",
        "to": to_whom(one),
    }
    return render(request, "notifications/version.html", page)


urlpatterns = [
    path("notifications/<uuid:pk>/", notified_version, name="notified_version"),
    path("events/<uuid:pk>/partners/", event_partners, name="event_partners"),
    path("events/<uuid:pk>/partners/prepare/", prepare_notification, name="prepare_notification"),
]
