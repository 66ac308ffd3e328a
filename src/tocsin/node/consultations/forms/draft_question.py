"""What is asked: questions one by one, free text, and files that go along."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tocsin.node.consultations.forms.draft_fields import DraftForm, long_text
from tocsin.node.consultations.forms.draft_steps import Kept, Step
from tocsin.node.files.models import Upload
from tocsin.node.files.pages import told

__all__ = ["QuestionForm", "QuestionStep"]

MOST_QUESTIONS = 5
MOST_FILES = 20


class QuestionForm(DraftForm):
    text = long_text(
        _("What else the colleague should know"), rows=8,
        help_text=_("What you think of it, what you have considered, what you can do at your hospital and what not."),
    )  # fmt: skip

    def __init__(self, *args: Any, questions: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index in range(max(MOST_QUESTIONS, questions)):
            name = f"question_{index}"
            self.fields[name] = long_text(now("Question %(n)s") % {"n": index + 1}, rows=2, needed=index == 0)
        self.order_fields([*(name for name in self.fields if name != "text"), "text"])

    @property
    def questions(self) -> list[Any]:
        """The fields of questions."""
        return [self[name] for name in self.fields if name.startswith("question_")]


class QuestionStep(Step):
    name = "question"

    def build(self) -> None:
        known = [one for one in self.content["questions"] if isinstance(one, str)]
        initial = {f"question_{index}": text for index, text in enumerate(known)} | {"text": self.draft.text}
        self.form = QuestionForm(self.data, initial=initial, questions=len(known))

    def forms(self) -> Iterator[DraftForm]:
        yield self.form

    def kept(self) -> Kept:
        questions = [self.form.read(one.name) for one in self.form.questions]
        said = {"text": self.form.read("text"), "files": [str(one.pk) for one in self._given()]}
        return Kept(said=said, content={"questions": [text for text in questions if text]})

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        if path == "files":
            return None  # said above the fields: what is wrong with a file is put right on the page of files
        index = path.rpartition(".")[2]
        return self.form, f"question_{index if index.isdecimal() else 0}" if path != "text" else "text"

    def files(self) -> list[tuple[Upload, str]]:
        """Those that go along, each with how it stands."""
        keys = self.draft.files if self.data is None else [str(one.pk) for one in self._given()]
        rows = {str(one.pk): one for one in Upload.objects.visible_to(self.person).filter(pk__in=keys)}
        return [(rows[key], told(rows[key])) for key in keys if key in rows]

    def others(self) -> list[tuple[Upload, str]]:
        """Given lately, and not put with anything: what somebody without a script has given on the page of files."""
        rows = Upload.objects.visible_to(self.person).filter(about_id="").exclude(state=Upload.State.REFUSED)
        taken = {str(one.pk) for one, _said in self.files()}
        return [(one, told(one)) for one in rows[:MOST_FILES] if str(one.pk) not in taken]

    def _given(self) -> list[Upload]:
        if self.data is None:
            return []
        keys = []
        for text in self.data.getlist("files")[:MOST_FILES]:
            try:
                keys.append(UUID(text))
            except ValueError:
                continue
        rows = Upload.objects.visible_to(self.person).filter(pk__in=keys)
        return sorted(rows, key=lambda one: keys.index(one.pk))
