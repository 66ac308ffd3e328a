"""What was posted from the editor of a text: its paragraphs, its measures, its duties, and what a button asks for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseFormSet
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict

from tocsin.node.council.forms.draft_rows import as_duties, as_measures, duty_rows, measure_rows, with_one_more
from tocsin.node.council.forms.text_editing import Edited, rearranged, typed
from tocsin.node.council.pages.decision_words import LANGUAGES

__all__ = ["Posted", "posted"]

Rows = Sequence[Mapping[str, Any]]


@dataclass
class Posted:
    """All of it. `is_asked`: a button asked for another shape of the page, and nothing is to be kept yet."""

    edited: list[Edited]
    measures: BaseFormSet
    duties: BaseFormSet | None
    focus: str
    is_asked: bool

    def is_valid(self) -> bool:
        """Whether every row says what it has to; each is asked, so that all that is wrong is said at once."""
        sets = [one for one in (self.measures, self.duties) if one is not None]
        return not [one for one in sets if not one.is_valid()]

    def said_measures(self, known: Rows) -> list[dict[str, Any]]:
        """As documents hold them; `known` are those that stood."""
        return as_measures(self.measures, known)

    def said_duties(self, known: Rows) -> list[dict[str, Any]]:
        """As documents hold them; none where there is no place for any."""
        return as_duties(self.duties, known) if self.duties is not None else []


def posted(
    request: HttpRequest, *, measures: Rows, duties: Rows | None, taken: Collection[str] = ()
) -> Posted:  # fmt: skip
    """Read it.

    measures, duties   those that stand; no duties: None
    taken              identifiers that no new paragraph gets
    """
    asked = request.POST.get("act", "")
    data: QueryDict = request.POST
    if asked.startswith("more:"):
        data = with_one_more(data, asked.removeprefix("more:"))
    edited, focus = typed(data, LANGUAGES), ""
    if asked and not asked.startswith("more:"):
        edited, focus = rearranged(edited, asked, taken=taken)
    rows = measure_rows(data, measures)
    owed = duty_rows(data, duties) if duties is not None and "duties-TOTAL_FORMS" in data else None
    if duties is not None and owed is None:
        owed = duty_rows(None, duties)
    if asked:
        for one in (*rows, *(owed or ())):
            if one.is_bound:
                one._errors, one.cleaned_data = ErrorDict(), {}  # nothing is wrong with a form that is being filled in
    return Posted(edited, rows, owed, focus, bool(asked))
