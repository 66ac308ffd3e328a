"""What a session is called with: its body, when and where, who is invited, the agenda, the brief."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliances.reading import StateEntry
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.decision_words import body_name, reader_language
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.council.session_reading import bodies_here
from tocsin.node.events.vocabulary import choices
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import zone

__all__ = [
    "LANGUAGES", "AgendaForm", "ChairForm", "ConveneForm", "PostponeForm", "ReasonForm", "Seen", "agenda_forms",
    "agenda_said", "decisions_offered", "in_languages", "language_choices", "said_in", "state_names",
]  # fmt: skip

# What a form calls the languages of texts, and what documents call them.
LANGUAGES: Mapping[str, str] = {"ru": "ru", "zh": "zh-hans", "en": "en"}
NAMES = {"ru": _("Russian"), "zh": _("Chinese"), "en": _("English")}
MOMENT = "%Y-%m-%dT%H:%M"
EMPTY_ITEMS = 3


class Seen(forms.Form):
    """`seen`: what had been said of the session when the person looked."""

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


def in_languages(name: str, label: Any, **options: Any) -> dict[str, forms.Field]:
    """A text in each language of the interface: fields `name_ru`, `name_zh`, `name_en`, none of them required alone."""
    rows = options.pop("rows", 0)
    widget = (lambda: forms.Textarea(attrs={"rows": rows})) if rows else forms.TextInput
    return {
        f"{name}_{short}": forms.CharField(
            label=_Labelled(label, NAMES[short]), required=False, widget=widget(), **options
        )
        for short in LANGUAGES
    }


class _Labelled:
    """A label with its language, put together when it is shown."""

    def __init__(self, label: Any, language: Any) -> None:
        self._label, self._language = label, language

    def __str__(self) -> str:
        return f"{self._label} · {self._language}"


def said_in(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """What was typed in which language, as documents name it."""
    return {tag: cleaned[f"{name}_{short}"].strip() for short, tag in LANGUAGES.items() if cleaned[f"{name}_{short}"]}


def language_choices() -> list[tuple[str, Any]]:
    """Languages in which a session may be held."""
    return [(tag, NAMES[short]) for short, tag in LANGUAGES.items()]


def state_names() -> list[tuple[str, str]]:
    """States in the alliance's order, the secretariat last."""
    return [(one.code, _short(one)) for one in alliance().seats]


def _short(state: StateEntry) -> str:
    return state.short.in_language(reader_language())


class ConveneForm(forms.Form):
    """starts_at is typed in the reader's own zone; `leave`: that a partner lets others read of its event."""

    body = forms.ChoiceField(label=_("Body"))
    starts_at = forms.DateTimeField(
        label=_("Begins at"), input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
    )  # fmt: skip
    place = forms.ChoiceField(label=pgettext_lazy("of a session", "Where"))
    where = forms.CharField(
        label=_("Address of the room or of the video"), required=False, max_length=300,
        help_text=_("Everybody who reads of the session reads it; leave a password out."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)
    chair = forms.ChoiceField(label=_("Chair"))
    invited = forms.MultipleChoiceField(label=_("Invited"), widget=forms.CheckboxSelectMultiple)
    classification = forms.ChoiceField(label=_("Who reads of it"))
    allowed = forms.BooleanField(required=False)
    rule = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, leave: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if leave:
            fields["allowed"].label = leave
            fields["allowed"].help_text = _("Only where others read of it than were told of the event.")
        else:
            del fields["allowed"]
        fields["body"].choices = [(body.code, body_name(body.code)) for body in bodies_here()]
        fields["starts_at"].help_text = _Zone()
        fields["place"].choices = choices("meeting_kind")
        fields["languages"].choices = language_choices()
        fields["chair"].choices = fields["invited"].choices = state_names()
        fields["classification"].choices = (
            ("MEMBERS", _("all members and the secretariat")),
            ("FAMILY", _("all of the alliance, partners and guests too")),
            ("SELECTIVE", _("those who are invited, and nobody else")),
        )
        titles = in_languages("title", _("Title"), max_length=300)
        briefs = in_languages("brief", _("Brief"), max_length=20_000, rows=14)
        self.fields = {"body": fields["body"], **titles, **{k: v for k, v in fields.items() if k != "body"}, **briefs}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if all(f"title_{short}" in cleaned for short in LANGUAGES) and not said_in(cleaned, "title"):
            self.add_error("title_ru", _("Give a title in one language at least."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """What the act takes, but the agenda."""
        said = self.cleaned_data
        return {
            "body": said["body"], "title": said_in(said, "title"), "starts_at": said["starts_at"],
            "place": {"kind": said["place"], "text": said["where"].strip()}, "languages": said["languages"],
            "chair": said["chair"], "invited": said["invited"], "classification": said["classification"],
            "rule": said["rule"], "brief": said_in(said, "brief"), "allowed": said.get("allowed", False),
        }  # fmt: skip


class _Zone:
    """Whose hours are typed: “Your time: UTC+3 (Moscow).”"""

    def __str__(self) -> str:
        return str(
            _("Your time: %(zone)s. Others see it in theirs.") % {"zone": zone(str(timezone.get_current_timezone()))}
        )


class AgendaForm(forms.Form):
    """One item: its title in each language, and the decision that it is about. Without a title it is left out."""

    id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["decision"].choices = [("", "—"), *decisions]
        self.fields = {
            "id": fields["id"],
            **in_languages("title", pgettext_lazy("of an agenda", "Item"), max_length=300),
            "decision": fields["decision"],
        }


def agenda_forms(
    data: Any = None, *, items: Sequence[Mapping[str, Any]] = (), decisions: Sequence[tuple[str, str]] = ()
) -> Any:
    """The agenda as rows, with some empty ones below. items: {"id", "title": {language: …}, "decision": key}."""
    made = forms.formset_factory(AgendaForm, extra=EMPTY_ITEMS, max_num=60, absolute_max=70)
    initial = [
        {
            "id": item["id"], "decision": item.get("decision") or "",
            **{f"title_{short}": item["title"].get(tag, "") for short, tag in LANGUAGES.items()},
        }
        for item in items
    ]  # fmt: skip
    return made(data, initial=initial, prefix="agenda", form_kwargs={"decisions": decisions})


def agenda_said(rows: Any, *, known: Mapping[str, JointObject], taken: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The items as documents have them; new ones get names that none had before. `taken`: names that were used."""
    said = []
    used = {*taken}
    for row in rows.forms:
        title = said_in(row.cleaned_data, "title") if row.cleaned_data else {}
        if not title:
            continue
        name = row.cleaned_data["id"]
        if name not in taken:
            name = next(one for at in range(1, 1_000) if (one := f"i{at}") not in used)
            used.add(name)
        decision = known.get(row.cleaned_data["decision"])
        said.append({"id": name, "title": title, "decision": decision.key.as_json() if decision else None})
    return said


class PostponeForm(Seen):
    starts_at = forms.DateTimeField(
        label=_("Begins at"), input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].help_text = _Zone()

    def arguments(self) -> dict[str, datetime]:
        return {"starts_at": self.cleaned_data["starts_at"]}


class ReasonForm(Seen):
    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))


class ChairForm(Seen):
    chair = forms.ChoiceField(label=_("Chair"))

    def __init__(self, *args: Any, invited: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["chair"].choices = [(code, name) for code, name in state_names() if code in invited]


def decisions_offered(rows: Sequence[Decision]) -> list[tuple[str, str]]:
    """Decisions that an item may be about."""
    return [(str(row.pk), str(in_reader_language(row.title))) for row in rows]
