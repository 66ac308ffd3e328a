"""Questions, answers and verdicts as pages show them: who, when, in the reader's language as far as it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tocsin.node.alliance.naming import in_order, names
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import enumerated
from tocsin.node.notifications.models import Relevance, VerificationAnswer, VerificationRequest
from tocsin.node.notifications.pages.naming import reader_language
from tocsin.node.notifications.pages.pieces import FreeText
from tocsin.node.notifications.pages.shown_texts import ALSO
from tocsin.node.notifications.texts import Text, Translatable, texts_of_many

__all__ = ["Answer", "Question", "Verdict", "questions_of", "texts_for", "verdicts_of"]


@dataclass(frozen=True, slots=True)
class Answer:
    row: VerificationAnswer
    state: str
    word: str
    text: FreeText | None


@dataclass(frozen=True, slots=True)
class Question:
    """One request with its answers, the last one first."""

    row: VerificationRequest
    asker: str
    asked: str
    chip: str
    word: str
    heard: FreeText | None
    heard_from: list[str]
    questions: list[tuple[str, FreeText | None]]
    answers: list[Answer] = field(default_factory=list)

    @property
    def other(self) -> str:
        """The state on the other side."""
        return self.asked if self.row.is_ours else self.asker


@dataclass(frozen=True, slots=True)
class Verdict:
    row: Relevance
    state: str
    word: str
    reasons: list[str]
    text: FreeText | None


def texts_for(rows: Sequence[Translatable]) -> dict[object, dict[str, FreeText]]:
    """The texts of each, by row and field, in the reader's language where there is a translation."""
    wanted = reader_language()
    found = texts_of_many(rows, (wanted, *ALSO.get(wanted, ())))
    known = names({text.node for texts in found.values() for text in texts.values()})
    originals = {row.pk: row for row in rows}
    return {
        key: {field: _free(field, text, originals[key], known) for field, text in texts.items()}
        for key, texts in found.items()
    }


def questions_of(requests: Sequence[VerificationRequest]) -> list[Question]:
    """Requests with their answers, each as it is to be shown. A constant number of queries."""
    answers = list(VerificationAnswer.objects.filter(request__in=requests).select_related("by"))
    texts = texts_for([*requests, *answers])
    known = names({node for one in requests for node in (one.origin, *one.addressees)})
    shown: dict[object, list[Answer]] = {one.pk: [] for one in requests}
    for one in answers:
        said = texts.get(one.pk, {}).get("text")
        state = known.get(one.origin, one.origin)
        shown[one.request_id].append(Answer(one, state, word("standing", one.standing), said))
    return [_question(one, texts.get(one.pk, {}), known, shown[one.pk]) for one in requests]


def verdicts_of(rows: Sequence[Relevance]) -> list[Verdict]:
    """In the order that they are given."""
    texts, known = texts_for(rows), names({one.origin for one in rows})
    return [
        Verdict(
            one, known[one.origin], word("relevance", one.verdict),
            [word("relevance_reason", code) for code in one.reasons], texts.get(one.pk, {}).get("text"),
        )
        for one in rows
    ]  # fmt: skip


def _question(
    one: VerificationRequest, texts: Mapping[str, FreeText], known: Mapping[str, str], answers: list[Answer]
) -> Question:
    chip, said = one.standing, word("standing", one.standing) if one.standing else ""
    if not chip:
        chip, said = ("answer_late", _("answer overdue")) if one.is_late else ("unanswered", _("not answered"))
    asked = [known[node] for node in in_order(one.addressees)] if len(one.addressees) > 1 else []
    return Question(
        row=one,
        asker=known[one.origin],
        asked=enumerated(asked or (known[node] for node in one.addressees)),
        chip=chip,
        word=said,
        heard=texts.get("what_is_heard"),
        heard_from=[word("heard_from", code) for code in one.heard_from],
        questions=[
            (word("question", each["question"]), texts.get(f"questions/{at}")) for at, each in enumerate(one.questions)
        ],
        answers=answers,
    )  # fmt: skip


def _free(field: str, text: Text, row: Translatable, known: Mapping[str, str]) -> FreeText:
    original = _original(row, field)
    return FreeText(field, "", text.text, text.language, text.standing, known[text.node], original, row.language)


def _original(row: Translatable, field: str) -> str:
    if field.startswith("questions/") and isinstance(row, VerificationRequest):
        return str(row.questions[int(field.partition("/")[2])]["text"])
    return str(getattr(row, field))
