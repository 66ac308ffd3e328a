"""Whom a case asks: hospitals, the specialty, how soon, in which languages."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tocsin.clinical.vocabulary import codes, hours_to_answer
from tocsin.node.consultations.forms.draft_fields import DraftForm, LaterChoice, LaterChoices, coded_choices
from tocsin.node.consultations.forms.draft_steps import Kept, Step
from tocsin.node.consultations.pages.draft_hospitals import Card, cards_of, found_for
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.words import language_choices
from tocsin.node.language.formats import enumerated, whole

__all__ = ["WhomForm", "WhomStep", "searched"]

MOST_CHOSEN = 20  # that one request may name; how many may be asked is a rule of the case


class WhomForm(DraftForm):
    clinician = forms.ChoiceField(label=_("As whom you ask"), required=False)
    specialty = LaterChoice(label=_("Specialty"))
    urgency = LaterChoice(label=_("How soon you need an answer"), widget=forms.RadioSelect)
    languages = LaterChoices(label=_("Languages in which you can read an answer"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(label=_("In which language you write"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, clinicians: Sequence[Clinician] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["specialty"].choices = coded_choices("specialty")
        fields["urgency"].choices = [(code, _urgency(code)) for code in codes("urgency")]
        fields["languages"].choices = language_choices()
        if len(clinicians) > 1:
            fields["clinician"].choices = [(str(one.pk), f"{one} · {one.hospital}") for one in clinicians]
        else:
            del fields["clinician"]


class WhomStep(Step):
    """`chosen` and `found` are hospitals as cards; of one that is begun, `preselected` are chosen at first."""

    name = "whom"
    query = ""

    def __init__(
        self, *args: Any, clinicians: Sequence[Clinician] = (), preselected: Sequence[Hospital] = (), **kwargs: Any
    ) -> None:  # fmt: skip
        self.clinicians, self.preselected = clinicians, preselected
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        initial = {name: getattr(self.draft, name) for name in ("specialty", "urgency", "languages", "language")}
        initial["clinician"] = str(self.draft.clinician_id)
        self.form = WhomForm(self.data, initial=initial, clinicians=self.clinicians)

    def forms(self) -> Iterator[DraftForm]:
        yield self.form

    def kept(self) -> Kept:
        said = {name: self.form.read(name) for name in ("specialty", "urgency", "languages", "language")}
        return Kept(said=said, asked=self.asked())

    def asked(self) -> list[Hospital]:
        """Those that are chosen: of those that the person sees, and those that were chosen before."""
        before = list(self.draft.asked.all()) or list(self.preselected)
        if self.data is None:
            return before
        keys = [key for text in self.data.getlist("asked")[:MOST_CHOSEN] if (key := _uuid(text))]
        seen = Hospital.objects.visible_to(self.person).filter(pk__in=keys).values("pk")
        rows = Hospital.objects.filter(Q(pk__in=seen) | Q(pk__in={one.pk for one in before}), pk__in=keys)
        return sorted(rows, key=lambda one: keys.index(one.pk))

    def cards(self) -> tuple[list[Card], list[Card]]:
        """Hospitals that are chosen, and others that may be."""
        chosen, specialty = self.asked(), self.draft.specialty
        others = found_for(self.person, self.query, self.draft, but=chosen)
        cards = cards_of([*chosen, *others], specialty, chosen=chosen)
        return cards[: len(chosen)], cards[len(chosen) :]

    @property
    def languages_said(self) -> str:
        """Those that are chosen, in words."""
        words = {tag: str(word) for tag, word in self.form.fields["languages"].choices}
        return enumerated(words.get(tag, tag) for tag in self.form["languages"].value() or [])

    def as_whom(self) -> Clinician:
        """The clinician that was chosen; the only one, where there is no choice."""
        key = self.form.read("clinician") if "clinician" in self.form.fields else str(self.draft.clinician_id)
        return next((one for one in self.clinicians if str(one.pk) == key), self.draft.clinician)

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        return self.form, path


def searched(data: QueryDict) -> str | None:
    """The words of a search, by its button or by Enter in its field; None where nothing is searched for."""
    query = data.get("q", "").strip()[:100]
    is_new = bool(query) and query != data.get("q_shown", "")
    return query if "to" not in data and ("search" in data or is_new) else None


def _urgency(code: str) -> Any:
    hours = hours_to_answer(code)
    means = ngettext("an answer within %(n)s hour", "an answer within %(n)s hours", hours) % {"n": whole(hours)}
    meant = {
        "emergency": now("The patient’s life depends on the answer."),
        "urgent": now("The treatment has to be decided today."),
        "routine": now("The treatment goes on until there is an answer."),
    }  # fmt: skip
    return format_html(
        '<span>{}: {} <span class="choice-line">{}</span></span>', coded("urgency", code), means, meant.get(code, "")
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
