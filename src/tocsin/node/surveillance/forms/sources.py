"""What people say of a source: who sends it, when, how it is laid out, and how it is screened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.node.look.fields import problems
from tocsin.node.surveillance.forms import reading
from tocsin.node.surveillance.models import Place, Source, SourceBreak
from tocsin.node.surveillance.runs import methods

__all__ = ["BreakForm", "SourceForm", "sort_field"]

GROUPS = (
    (_("What it is"), ("name", "organisation", "disease", "place", "provenance", "is_exercise")),
    (_("What is counted"), ("measure", "counts_by", "case_definition", "every", "week_start", "zero_reports")),
    (_("When it comes"), ("due_every_days", "expected_delay_days", "watched_folder")),
    (_("How it is laid out"), reading.FIELDS),
    (_("How it is screened"), ("method", "options_text")),
)
ADVANCED = _("How it is laid out")
# Of what a partner shares the documents say all else.
OURS_TO_CHOOSE = ("method", "options_text", "due_every_days", "expected_delay_days")
# With counts in the archive these would turn them into something else.
FIXED_ONCE_COUNTED = ("measure", "place", "every", "week_start")


def sort_field(language: str) -> str:
    """The stored key by which names sort in a language."""
    return {"ru": "sort_ru", "zh-hans": "sort_zh"}.get(language, "sort_en")


class SourceForm(reading.ReadingFields, forms.ModelForm):
    options_text = forms.CharField(
        label=_("options of the method"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: name = value. Empty: the method’s defaults, which suit most sources."),
    )  # fmt: skip

    class Meta:
        model = Source
        fields = (
            "name", "organisation", "disease", "place", "provenance", "is_exercise", "measure", "counts_by",
            "case_definition", "every", "week_start", "zero_reports", "due_every_days", "expected_delay_days",
            "watched_folder", "method",
        )  # fmt: skip
        labels = {"is_exercise": _("invented counts, for an exercise")}
        help_texts = {
            "is_exercise": _("Marked wherever they are shown."),
            "case_definition": _("Such as “national standard, version 3”. If it changes, add a break."),
            "provenance": _("Shown beside every figure of it."),
            "watched_folder": _(
                "A folder inside the node’s own folder of watched folders; files put there are read within a minute."
            ),
        }

    def __init__(self, *args: Any, language: str = "en", **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None:
            kwargs["initial"] = {
                **reading.initial(instance.layout, instance.columns),
                "options_text": methods.as_text(instance.options),
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        order = sort_field(language)
        self.fields["disease"].queryset = self.fields["disease"].queryset.order_by(order)
        self.fields["disease"].empty_label = say("as a column of the table says")
        self.fields["organisation"].empty_label = self.fields["place"].empty_label = "—"
        covered = Q(kind__in=(Place.Kind.COUNTRY, Place.Kind.REGION)) | Q(pk=self.instance.place_id)
        self.fields["place"].queryset = Place.objects.filter(covered).order_by("depth", order)
        self.fields["method"] = forms.ChoiceField(
            label=self.fields["method"].label, initial="farrington_flexible", widget=forms.RadioSelect,
            choices=[
                (name, format_html('<span>{} <span class="choice-line">{}</span></span>', title, line))
                for name, (title, line) in methods.METHODS.items()
            ],
        )  # fmt: skip
        if instance is not None and instance.shared_by_id is not None:
            for name in set(self.fields) - set(OURS_TO_CHOOSE):
                self.fields[name].disabled = True
        elif instance is not None and instance.generation:
            for name in FIXED_ONCE_COUNTED:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed, since counts are in. For another one set up another source.")

    def groups(self) -> Iterator[dict[str, Any]]:
        ours = OURS_TO_CHOOSE if self.instance.shared_by_id is not None else self.fields
        for title, all_names in GROUPS:
            if not (names := [name for name in all_names if name in ours]):
                continue
            yield {"title": title, "fields": [self[name] for name in names], "more": title == ADVANCED}

    def problems(self) -> list[tuple[str, str, str]]:
        return problems(self)

    def clean_watched_folder(self) -> str:
        """A path below settings.WATCHED and nowhere else, in the form in which it is kept."""
        given = self.cleaned_data["watched_folder"].strip()
        if not given:
            return ""
        root = Path(settings.WATCHED).resolve()
        if "\0" in given or Path(given).is_absolute():
            raise forms.ValidationError(say("Name a folder inside the watched folders, such as “cholera”."))
        path = (root / given).resolve()
        if path == root or not path.is_relative_to(root):
            raise forms.ValidationError(
                say("“%(folder)s” lies outside the watched folders. Name a folder inside them, such as “cholera”.")
                % {"folder": given}
            )
        inside = path.relative_to(root).as_posix()
        others = Source.objects.exclude(pk=self.instance.pk).filter(watched_folder=inside)
        if other := others.first():
            raise forms.ValidationError(say("That folder is watched for %(source)s already.") % {"source": other})
        return inside

    def clean_options_text(self) -> dict[str, Any]:
        try:
            return methods.from_text(self.cleaned_data["options_text"])
        except methods.BadOptions as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        method, options = cleaned.get("method"), cleaned.get("options_text")
        if options and method:
            try:
                methods.check(method, options)
            except methods.BadOptions as refusal:
                self.add_error("options_text", str(refusal))
        is_own = self.instance.shared_by_id is None
        if is_own and "disease_column" in cleaned and not cleaned.get("disease") and not cleaned["disease_column"]:
            self.add_error("disease", say("Choose the disease, or name the column of the table that says it."))
        return cleaned

    def record_fields(self) -> dict[str, Any]:
        """Every field of the source with its new value, what no field shows included."""
        if self.instance.shared_by_id is not None:
            chosen = {name: self.cleaned_data[name] for name in OURS_TO_CHOOSE if name != "options_text"}
            return {**chosen, "options": self.cleaned_data["options_text"]}
        layout, columns = reading.asked(self.cleaned_data)
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields}
        kept = reading.unchanged(self.instance.layout)
        return {
            **fields,
            "layout": {**kept, **layout},
            "columns": columns,
            "options": self.cleaned_data["options_text"],
        }


class BreakForm(forms.ModelForm):
    class Meta:
        model = SourceBreak
        fields = ("starts_on", "what", "case_definition")
        widgets = {"starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "starts_on": _("The first day on which counts mean what they mean now; earlier ones enter no baseline."),
            "what": _("Such as: new case definition, two districts joined, PCR in place of culture."),
        }
