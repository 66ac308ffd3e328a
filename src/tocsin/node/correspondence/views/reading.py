"""Letters as they are read: the list, a search, one thread, a machine's translation, whether writers learn of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.links import CONSULTATIONS
from tocsin.node.correspondence import links
from tocsin.node.correspondence.actions.reading import open_letters, set_tells_readings
from tocsin.node.correspondence.actions.rendering import render_letter
from tocsin.node.correspondence.boxes import boxes_of
from tocsin.node.correspondence.forms.writing import InboxFilters
from tocsin.node.correspondence.models import LetterDraft, LetterPreference
from tocsin.node.correspondence.pages.inbox import inbox, search_letters, with_states
from tocsin.node.correspondence.pages.thread_page import thread_shown
from tocsin.node.correspondence.refusals import ActRefused
from tocsin.node.correspondence.views.finding import the_letter, the_thread
from tocsin.node.correspondence.waiting import count

__all__ = ["urlpatterns"]

CORRESPOND = Ability.CORRESPOND


@requires(CORRESPOND)
def letters(request: HttpRequest) -> HttpResponse:
    """Threads with what is new first; with words, the letters that have them."""
    person = request.user
    boxes, states = boxes_of(person), with_states(person)
    asked = InboxFilters(request.GET, boxes=boxes, states=states).chosen()
    after = request.GET.get("after", "")
    shown = {
        "filters": InboxFilters(initial=asked, boxes=boxes, states=states), "is_filtered": any(asked.values()),
        "asked": asked, "unread": count(person), "boxes": boxes, "is_later": bool(after),
        "drafts": LetterDraft.objects.visible_to(person).waiting().count(),
        "may_write": any(one.may_write for one in boxes), "tells": LetterPreference.tells(person.pk),
    }  # fmt: skip
    if asked["q"]:
        shown["found"], shown["following"] = search_letters(person, asked["q"], before=_uuid(after))
    else:
        shown["rows"], shown["following"] = inbox(person, asked, after=after)
    query = request.GET.copy()
    query["after"] = shown["following"]
    shown["next"] = query.urlencode() if shown["following"] else ""
    return render(request, "correspondence/letters.html", shown)


@requires(CORRESPOND)
def letter_thread(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thread. To look at a letter is to have read it."""
    thread = the_thread(request, pk)
    shown = thread_shown(thread, request.user, before=_uuid(request.GET.get("before", "")))
    open_letters(thread, [one.letter.pk for one in shown.letters], by=request.user)
    page = {
        "shown": shown, "consultations": CONSULTATIONS, "language": get_language() or "en",
        "may_write": any(one.may_write for one in boxes_of(request.user)),
    }  # fmt: skip
    return render(request, "correspondence/thread.html", page)


@require_POST
@requires(CORRESPOND)
def letter_machine(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the machine makes of a letter in the reader's language."""
    letter = the_letter(request, pk)
    try:
        render_letter(letter, language=get_language() or "en", by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{links.thread(letter.thread_id)}#letter-{letter.pk}")


@require_POST
@requires(CORRESPOND)
def letter_preference(request: HttpRequest) -> HttpResponse:
    """Whether writers learn when one has read their letters."""
    tells = request.POST.get("tells") == "yes"
    set_tells_readings(tells, by=request.user)
    told = _("Writers learn when you have read their letters.") if tells else _("Nobody learns when you read a letter.")
    messages.success(request, told)
    return redirect("letters")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path("letters/", letters, name="letters"),
    path("letters/preference/", letter_preference, name="letter_preference"),
    path("letters/<uuid:pk>/", letter_thread, name="letter_thread"),
    path("letters/of/<uuid:pk>/machine/", letter_machine, name="letter_machine"),
]
