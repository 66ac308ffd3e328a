"""Messages between states: what came, what was sent, one conversation, writing."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.look import drafts
from tocsin.node.post.actions.messages import mark_seen, write
from tocsin.node.post.actions.refusals import ActRefused
from tocsin.node.post.forms.messages import MessageForm
from tocsin.node.post.models import Message
from tocsin.node.post.pages.messages import deliveries, erasable, shown

A_PAGE = 50


@requires(Ability.READ_MESSAGES)
def message_list(request: HttpRequest) -> HttpResponse:
    """What came, latest first; or what was sent."""
    sent = request.GET.get("box") == "sent"
    visible = Message.objects.visible_to(request.user)
    page = Paginator(visible.filter(is_ours=sent), A_PAGE).get_page(request.GET.get("page"))
    unseen = set(visible.unseen_by(request.user).values_list("pk", flat=True))
    return render(
        request,
        "post/messages.html",
        {"page": page, "rows": shown(page.object_list, unseen), "unseen": len(unseen), "sent": sent, **_may(request)},
    )


@requires(Ability.READ_MESSAGES)
def one_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message among those that answer one another, oldest first."""
    visible = Message.objects.visible_to(request.user)
    message = get_object_or_404(visible, pk=pk)
    # By our clock: by theirs, an answer may stand before its question.
    conversation = list(visible.filter(conversation=message.conversation).order_by("came_at", "id"))
    for one in conversation:
        if not one.is_ours:
            mark_seen(one, by=request.user)
    (this,) = shown([message])
    return render(
        request,
        "post/message.html",
        {
            "this": this,
            "conversation": shown(conversation),
            "deliveries": deliveries(message) if message.is_ours else [],
            "erasable": erasable(message) if request.user.may(Ability.MANAGE_EXCHANGE) else None,
            **_may(request),
        },
    )


@requires(Ability.WRITE_MESSAGES)
def write_message(request: HttpRequest) -> HttpResponse:
    """Write, or answer the message that `?reply=` names."""
    answered = _answered(request)
    draft = f"message-{answered.pk if answered else 'new'}"
    form = MessageForm(request.POST or None, initial=_initial(answered, request))
    if request.method == "POST" and form.is_valid():
        try:
            message = write(in_reply_to=answered.pk if answered else None, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, draft, _("Signed and on its way. You see here who has it."))
            return redirect("message", pk=message.pk)
    page = {"form": form, "draft": draft, "answered": shown([answered])[0] if answered else None}
    return render(request, "post/write_message.html", page, status=422 if form.errors else 200)


def _answered(request: HttpRequest) -> Message | None:
    try:
        key = UUID(request.GET["reply"])
    except (KeyError, ValueError):
        return None
    return get_object_or_404(Message.objects.visible_to(request.user), pk=key)


def _initial(answered: Message | None, request: HttpRequest) -> dict[str, Any]:
    if answered is None:
        return {"addressees": request.GET.getlist("to"), "subject": request.GET.get("subject", "")[:200]}
    to = answered.addressees if answered.is_ours else [answered.origin]
    subject = answered.subject if answered.subject.startswith("Re: ") else f"Re: {answered.subject}"
    return {"addressees": to or ["members"], "subject": subject[:200]}


def _may(request: HttpRequest) -> dict[str, Any]:
    return {"may_write": request.user.may(Ability.WRITE_MESSAGES)}


urlpatterns = [
    path("messages/", message_list, name="messages"),
    path("messages/write/", write_message, name="write_message"),
    path("messages/<uuid:pk>/", one_message, name="message"),
]
