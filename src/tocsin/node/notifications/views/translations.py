"""Pages of translators: what waits, and one document side by side. They open texts, and nothing else of events."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.refusals import ActRefused
from tocsin.node.look import drafts
from tocsin.node.notifications import translation_queue
from tocsin.node.notifications.actions.machine_translating import translate_by_machine
from tocsin.node.notifications.actions.translating import add_translation, share_translation
from tocsin.node.notifications.models import Translation
from tocsin.node.notifications.pages.side_by_side import SideBySide, Typed, in_order, side_by_side
from tocsin.node.notifications.pages.translating import LANGUAGES, answer, our_rows, waiting_rows
from tocsin.node.notifications.texts import Source, Translatable, source_of


@requires(Ability.TRANSLATE)
@require_GET
def translations(request: HttpRequest) -> HttpResponse:
    rows = waiting_rows(request.user)
    page = {"title": answer(rows), "rows": rows, "ours": our_rows(request.user)}
    return render(request, "notifications/translations.html", page)


@requires(Ability.TRANSLATE)
def translation(request: HttpRequest, kind: str, pk: UUID, into: str) -> HttpResponse:
    row, source = _the_document(request, kind, pk, into)
    if request.method != "POST":
        return _shown(request, kind, row, side_by_side(kind, row, source, into))
    typed = _typed(request, source)
    try:
        made = add_translation(
            row, language=into, texts=_to_save(typed, side_by_side(kind, row, source, into)), by=request.user,
            seen={field: one.seen for field, one in typed.items()},
        )  # fmt: skip
    except ActRefused as refused:
        messages.error(request, str(refused))
        return _shown(request, kind, row, side_by_side(kind, row, source, into, typed), status=409)
    translation_queue.forget()
    if made:
        drafts.saved(
            request, _draft(kind, pk, into), _("Saved. Nothing has left; share it if partners should have it.")
        )
    else:
        messages.info(request, _("Nothing was changed. Say of a machine’s text that you have checked it, or mend it."))
    return redirect("translation", kind=kind, pk=pk, into=into)


@requires(Ability.TRANSLATE)
@require_POST
def machine_translation(request: HttpRequest, kind: str, pk: UUID, into: str) -> HttpResponse:
    row, _source = _the_document(request, kind, pk, into)
    try:
        translate_by_machine(row, language=into, by=request.user)
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        translation_queue.forget()
        messages.success(
            request, _("The machine’s texts are below. They are marked as such until a person has checked them.")
        )
    return redirect("translation", kind=kind, pk=pk, into=into)


@requires(Ability.TRANSLATE)
@require_POST
def share_texts(request: HttpRequest, kind: str, pk: UUID, into: str) -> HttpResponse:
    row, _source = _the_document(request, kind, pk, into)
    try:
        share_translation(row, language=into, by=request.user)
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The translation is on its way to whoever has the document."))
    return redirect("translation", kind=kind, pk=pk, into=into)


def _the_document(request: HttpRequest, kind: str, pk: UUID, into: str) -> tuple[Translatable, Source]:
    """Raises Http404 for what is not there, has no words, or is written in that language."""
    row = translation_queue.found(kind, pk, request.user)
    source = source_of(row) if row is not None else None
    if row is None or source is None or into not in LANGUAGES or source.language.partition("-")[0] == into:
        raise Http404
    return row, source


def _typed(request: HttpRequest, source: Source) -> dict[str, Typed]:
    typed = {}
    for number, field in enumerate(in_order(source)):
        if f"text-{number}" in request.POST:
            seen = request.POST.get(f"seen-{number}", "0")
            typed[field] = Typed(
                request.POST[f"text-{number}"], int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
                f"checked-{number}" in request.POST,
            )  # fmt: skip
    return typed


def _to_save(typed: dict[str, Typed], shown: SideBySide) -> dict[str, str]:
    """What a person wrote, and what they say to have checked. A machine's text that nobody touched stays a machine's,
    and what a partner checked stays that partner's.
    """
    found = {}
    for pair in shown.pairs:
        sent = typed.get(pair.field)
        if sent is None:
            continue
        untouched = sent.text.replace("\r\n", "\n").strip() == pair.text.strip() and pair.standing
        is_machine = pair.standing == Translation.Standing.MACHINE
        if not untouched or (is_machine and sent.is_checked) or sent.seen != pair.seen:
            found[pair.field] = sent.text
    return found


def _shown(request: HttpRequest, kind: str, row: Any, page: SideBySide, status: int = 200) -> HttpResponse:
    given = {"page": page, "kind": kind, "pk": row.pk, "draft": _draft(kind, row.pk, page.target)}
    return render(request, "notifications/translation.html", given, status=status)


def _draft(kind: str, pk: UUID, into: str) -> str:
    return f"translation-{kind}-{pk}-{into}"


urlpatterns = [
    path("translations/", translations, name="translations"),
    path("translations/<slug:kind>/<uuid:pk>/<slug:into>/", translation, name="translation"),
    path("translations/<slug:kind>/<uuid:pk>/<slug:into>/machine/", machine_translation, name="machine_translation"),
    path("translations/<slug:kind>/<uuid:pk>/<slug:into>/share/", share_texts, name="share_translation"),
]
