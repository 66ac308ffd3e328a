"""Translating a decision into a language that is not authentic: each paragraph beside the authentic one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.joint.decisions.state import Decision
from tocsin.joint.texts.paragraphs import Paragraph
from tocsin.joint.texts.standing import standing_of
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions.texts import translate
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.decision_saying import told, will
from tocsin.node.council.pages.decision_text import written_by
from tocsin.node.council.pages.decision_words import LANGUAGES, language_name, shown_title, tag
from tocsin.node.council.views.decision_finding import the_decision
from tocsin.node.joint.refusals import ActRefused
from tocsin.node.look import drafts


@dataclass(frozen=True, slots=True)
class _Pair:
    """A paragraph that is authentic, and its translation as it is typed.

    by          who wrote the translation that stands, and when
    is_theirs   another state did, and it is not for this one to change
    """

    id: str
    number: int
    original: str
    text: str
    chip: str
    is_checked: bool
    by: str
    is_theirs: bool


@requires(Ability.TRANSLATE)
def translate_decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`into` in the address is the language; posted, what was written or checked is sent."""
    reading = the_decision(request, pk)
    decision = reading.ahead
    into = request.GET.get("into") or next((one for one in LANGUAGES if one not in decision.official), "")
    if into in decision.official or into not in LANGUAGES:
        raise Http404
    source = request.GET.get("from", "")
    source = source if source in decision.official else decision.official[0]
    if request.method != "POST":
        return _page(request, reading, into, source)
    base = request.POST.get("base", "")
    texts = _written(request.POST, decision.text.paragraphs, into)
    if not texts:
        said = _("Nothing was written. Write a paragraph, or say of one that you have checked it.")
        return _page(request, reading, into, source, refused=said, status=422)
    try:
        number = int(base) if base.isdecimal() and len(base) < 10 else 0
        translate(reading.of, base=number, language=into, texts=texts, by=request.user)
    except ActRefused as refusal:
        return _page(request, reading, into, source, refused=str(refusal), status=422)
    drafts.saved(request, _name(pk, into), _("Signed, and on its way to all who read the decision."))
    return redirect("decision", pk=pk)


def _written(posted: QueryDict, paragraphs: tuple[Paragraph, ...], into: str) -> dict[str, str]:
    """What is new, and what somebody says to have checked; what is left empty stays as it is."""
    found = {}
    for one in paragraphs:
        words = posted.get(f"text-{one.id}", "").replace("\r\n", "\n").strip()
        was = one.wording(into) or ""
        if words and (words != was or f"checked-{one.id}" in posted):
            found[one.id] = words
    return found


def _page(
    request: HttpRequest, reading: Reading, into: str, source: str, *, refused: str = "", status: int = 200
) -> HttpResponse:
    decision, posted = reading.ahead, request.POST if request.method == "POST" else None
    wrote = written_by(decision)
    pairs = [
        _pair(
            one,
            place,
            into,
            source,
            posted,
            by=wrote.get((one.id, into), ""),
            is_theirs=_is_theirs(decision, one, into),
        )
        for place, one in enumerate(decision.text.paragraphs, start=1)
    ]
    page: dict[str, Any] = {
        "of": reading.of, "decision": decision, "title": shown_title(decision.title, decision.official),
        "pairs": pairs, "into": language_name(into), "into_tag": tag(into), "source": language_name(source),
        "source_tag": tag(source), "refused": refused, "name": _name(reading.of.pk, into),
        "will": will("translate", decision), "told": told(reading.of), "into_code": into,
        "sources": [(one, language_name(one)) for one in decision.official if one != source],
    }  # fmt: skip
    return render(request, "council/text_translate.html", page, status=status)


def _is_theirs(decision: Decision, one: Paragraph, into: str) -> bool:
    wrote = decision.version.translated.get((one.id, into))
    is_kept = decision.adopted is not None or here().code not in (decision.owner, *decision.concerned)
    return is_kept and wrote is not None and wrote.act.origin != here().code


def _pair(
    one: Paragraph, place: int, into: str, source: str, posted: QueryDict | None, *, by: str, is_theirs: bool
) -> _Pair:
    standing, said = standing_of(one, into), one.texts.get(into)
    chip = "text_out_of_date" if standing == "out_of_date" else ""
    if said is not None and not chip and said.standing == "machine":
        chip = "text_machine"
    was = one.wording(into) or ""
    text = posted.get(f"text-{one.id}", was) if posted is not None else was
    original = one.wording(source) or next((each.text for each in one.texts.values()), "")
    is_checked = posted is not None and f"checked-{one.id}" in posted
    return _Pair(one.id, place, original, text, chip, is_checked, by, is_theirs)


def _name(pk: UUID, into: str) -> str:
    return f"decision-{pk}-translate-{into}"


urlpatterns = [path("council/decisions/<uuid:pk>/translate/", translate_decision, name="translate_decision")]
