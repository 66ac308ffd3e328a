"""What the addresses of lists ask for: kinds of things, states, statuses, words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.assistance.catalogue import catalogue, groups
from tocsin.node.alliance.models import State
from tocsin.node.assistance.models import Capability
from tocsin.node.assistance.words import REQUESTS, in_active
from tocsin.node.events.vocabulary.reading import choices

__all__ = ["ItemFilters", "RegisterFilters", "codes_of_group", "item_choices", "kind_words"]

STANDING = ("open", "partly_covered", "covered")
ENDED = ("closed", "cancelled", "lapsed")
KINDS = {
    "team": _("team"), "laboratory": _("laboratory"), "expert": _("expert"), "stock": _("stock"),
}  # fmt: skip


def codes_of_group(group: str) -> list[str]:
    """Items of the catalogue that stand in a group."""
    return [entry.code for entry in catalogue().values() if entry.group == group]


def item_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The catalogue by groups, in the active language."""
    return [
        (
            in_active(words._asdict()),
            [(one.code, in_active(one.name._asdict())) for one in catalogue().values() if one.group == group],
        )
        for group, words in groups().items()
    ]


def kind_words() -> list[tuple[str, Any]]:
    """Kinds of what a state could send."""
    return [(kind, KINDS[kind]) for kind in Capability.Kind.values]


class _Filters(forms.Form):
    def chosen(self) -> dict[str, str]:
        """What the address asks for; what it asks for in vain is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}

    def _choose(self, name: str, options: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *options]


class ItemFilters(_Filters):
    """Of what is asked for."""

    q = forms.CharField(required=False, max_length=100)
    group = forms.ChoiceField(label=pgettext_lazy("goods", "What"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("country", "State"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("group", [(code, in_active(words._asdict())) for code, words in groups().items()])
        self._choose("state", [(state.code, str(state)) for state in State.objects.all()])
        ways = [
            ("short", pgettext_lazy("of what is asked for", "still short")),
            ("moving", pgettext_lazy("of what is asked for", "on its way")),
            ("ended", pgettext_lazy("of what is asked for", "ended")),
        ]
        self._choose("status", [*ways, *((code, REQUESTS[code]) for code in (*STANDING, *ENDED))])


class RegisterFilters(_Filters):
    """Of what states could send."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    emt = forms.ChoiceField(label=_("Type of team"), required=False)
    field = forms.ChoiceField(label=_("Field of experts"), required=False)
    language = forms.CharField(required=False, max_length=12)
    item = forms.ChoiceField(label=_("Item"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("country", "State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("kind", kind_words())
        self._choose("emt", choices("emt_type"))
        self._choose("field", choices("expert_field"))
        languages = [("en", _("English")), ("ru", _("Russian")), ("zh", _("Chinese"))]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), required=False, choices=[("", _("all")), *languages]
        )
        self._choose("item", item_choices())
        self._choose("state", [(state.code, str(state)) for state in State.objects.all()])
