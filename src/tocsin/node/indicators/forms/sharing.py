"""What people say of a rule by which counts are shared."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text
from tocsin.node.alliance.models import State
from tocsin.node.indicators.building.tables import known_diseases
from tocsin.node.indicators.models import SharingRule
from tocsin.node.indicators.refusals import sentence
from tocsin.node.look.fields import problems
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Disease, Series, Source

__all__ = ["RuleForm"]

COLUMNS = (
    (
        (_("What is shared"), ("source", "indicator", "depth", "with_groups")),
        (_("Only some diseases"), ("diseases",)),
        (_("What a case is"), ("case_status", "case_definition")),
        (_("To be said with it"), ("note", "language")),
    ),
    (
        (_("With whom"), ("classification", "addressees", "no_onward_sharing")),
        (_("Small counts"), ("below", "unsuppressed_reason")),
        (_("When"), ("weekday", "weeks")),
    ),
)
FOLDED = _("Only some diseases")
BY_HAND = "hand"
A_MONDAY = date(2024, 1, 1)
SelectMany = forms.CheckboxSelectMultiple


def weekdays() -> list[tuple[str, str]]:
    """By hand, or the days of a week in the reader's language."""
    days = [(str(n), date_format(A_MONDAY + timedelta(days=n), "l")) for n in range(7)]
    return [
        (BY_HAND, say("by hand, each time")),
        *((n, say("every week by itself, %(day)s") % {"day": d}) for n, d in days),
    ]


class RuleForm(forms.ModelForm):
    diseases = forms.MultipleChoiceField(
        label=_("diseases"), required=False, widget=SelectMany,
        help_text=_("None chosen: all that the source counts, those that come later too."),
    )  # fmt: skip
    addressees = forms.MultipleChoiceField(
        label=_("which states, if only chosen ones"), required=False, widget=SelectMany
    )
    case_status = forms.MultipleChoiceField(
        label=_("counted are cases that are"), choices=SharingRule.CaseStatus.choices, widget=SelectMany,
        initial=["probable", "confirmed"],
    )  # fmt: skip
    weekday = forms.TypedChoiceField(
        label=_("sent"), choices=weekdays, coerce=lambda given: None if given == BY_HAND else int(given),
        help_text=_("In the night to that day, if something has changed. The first time somebody always sends it."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SharingRule
        fields = (
            "source", "diseases", "indicator", "depth", "with_groups", "classification", "addressees",
            "no_onward_sharing", "below", "unsuppressed_reason", "case_status", "case_definition", "weeks", "weekday",
            "note", "language",
        )  # fmt: skip
        widgets = {
            "depth": forms.RadioSelect,
            "classification": forms.RadioSelect,
            "unsuppressed_reason": forms.Textarea(attrs={"rows": 2}),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }
        labels = {
            "source": _("source"),
            "indicator": _("it counts"),
            "depth": _("places"),
            "with_groups": _("ages and sexes too, where the source has them"),
            "classification": _("for"),
            "no_onward_sharing": _("the addressees keep it to themselves"),
            "below": _("withhold counts below"),
            "unsuppressed_reason": _("why small counts may leave as they are"),
            "case_definition": _("case definition, version"),
            "weeks": _("weeks each time"),
            "note": _("note to partners"),
            "language": _("language of the note"),
        }
        help_texts = {
            **dict.fromkeys(("with_groups", "unsuppressed_reason", "language", "diseases", "addressees"), ""),
            "below": _(
                "With 5, counts of 1 to 4 are withheld, and as many others as it takes so that nobody can work them "
                "out. Zeros stay. Empty: nothing is withheld; for chosen states alone, and with a reason."
            ),
            "weeks": _("The last ended weeks, so that late reports correct what was sent. The first time all of them."),
            "note": _("Such as: one hospital did not report. Plain text, at most 500 characters."),
            "case_definition": _("Such as “WHO 2023” or “national standard, version 3”."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = Source.objects.own().filter(place__state__is_here=True)
        self.fields["source"].queryset = ours.filter(Q(is_on=True) | Q(pk=self.instance.source_id))
        self.fields["source"].empty_label = "—"
        self.fields["diseases"].choices = _diseases(self.instance.diseases)
        self.fields["addressees"].choices = _partners(self.instance.addressees)
        self.fields["weeks"].min_value, self.fields["weeks"].max_value = 1, 520
        self.fields["language"].choices = settings.LANGUAGES
        self.fields["case_definition"].required = True
        if self.initial.get("weekday") is None:
            self.initial["weekday"] = BY_HAND
        if self.instance._state.adding:
            self.initial.setdefault("language", get_language() or "en")
        else:
            self.initial["version"] = self.instance.version

    def columns(self) -> Iterator[list[dict[str, Any]]]:
        """Groups of fields, in two columns where there is room."""
        folded = not self.errors and not self["diseases"].value()
        for groups in COLUMNS:
            yield [
                {"title": title, "fields": [self[name] for name in names], "more": title == FOLDED, "folded": folded}
                for title, names in groups
            ]

    def problems(self) -> list[tuple[str, str, str]]:
        return problems(self)

    def clean_source(self) -> Source:
        source: Source = self.cleaned_data["source"]
        if source.every == Source.Every.MONTH:
            raise forms.ValidationError(sentence("monthly", {}))
        return source

    def clean_case_definition(self) -> str:
        return _plain(self.cleaned_data["case_definition"], paragraphs=False)

    def clean_note(self) -> str:
        text = self.cleaned_data["note"].replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > 500:
            raise forms.ValidationError(say("At most 500 characters."))
        return _plain(text, paragraphs=True)

    def clean_weeks(self) -> int:
        weeks: int = self.cleaned_data["weeks"]
        if not 1 <= weeks <= 520:
            raise forms.ValidationError(say("From 1 to 520 weeks."))
        return weeks

    def clean_below(self) -> int | None:
        below: int | None = self.cleaned_data["below"]
        if below is not None and not 2 <= below <= 100:
            raise forms.ValidationError(say("From 2 to 100; with less, no count is small."))
        return below

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        source = cleaned.get("source")
        if source is not None and cleaned.get("indicator") not in (None, source.measure):
            counted = {"what": source.get_measure_display()}
            self.add_error("indicator", say("This source counts %(what)s, and is shared as that.") % counted)
        chosen = cleaned.get("classification") == SharingRule.Audience.SELECTIVE
        cleaned["addressees"] = sorted(cleaned.get("addressees") or []) if chosen else []
        if chosen and not cleaned["addressees"] and "addressees" not in self.errors:
            self.add_error("addressees", say("Choose the states that it is for."))
        if "below" in cleaned and cleaned["below"] is not None:
            cleaned["unsuppressed_reason"] = ""
        elif "below" in cleaned:
            self._check_unsuppressed(cleaned, chosen)
        if cleaned.get("classification") == SharingRule.Audience.PUBLIC:
            cleaned["no_onward_sharing"] = False
        return cleaned

    def _check_unsuppressed(self, cleaned: dict[str, Any], chosen: bool) -> None:
        if not chosen:
            self.add_error("below", say("Only chosen states may be given every count. Say below what is withheld."))
        elif not cleaned.get("unsuppressed_reason", "").strip():
            self.add_error("unsuppressed_reason", say("Say why these states need every count."))

    def record_fields(self) -> dict[str, Any]:
        """Every field of the rule with its value."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _plain(text: str, *, paragraphs: bool) -> str:
    found = Found()
    check_text(text, "", found, paragraphs=paragraphs)
    if found.whole:
        raise forms.ValidationError(
            say("Partners would not take this text: it holds markup or invisible characters. Texts are plain.")
        )
    return text


def _diseases(chosen: list[str]) -> list[tuple[str, str]]:
    """Those that sources of this node count, in the order of the reader's language."""
    counted = set(Series.objects.order_by().values_list("disease", flat=True).distinct()) | set(chosen)
    rows = Disease.objects.filter(pk__in=counted & known_diseases()).order_by(sort_field(get_language() or "en"))
    return [(disease.pk, str(disease)) for disease in rows]


def _partners(chosen: list[str]) -> list[tuple[str, str]]:
    if not takes_part():
        return []
    here = local_node()
    active = ({entry.node for entry in here.trust().active()} | set(chosen)) - {here.node}
    return [(state.code, str(state)) for state in State.objects.filter(code__in=active)]
