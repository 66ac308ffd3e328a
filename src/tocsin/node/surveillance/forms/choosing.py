"""Choosing a disease and a place of many: words narrow each list as they are typed, in any of three scripts."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Disease, Place
from tocsin.node.surveillance.pages.choices import diseases_named, place_label, places_named

__all__ = ["DiseaseAndPlaceForm", "disease_options", "place_options"]

Options = list[tuple[str, str]]


def disease_options(query: str = "") -> Options:
    return [(disease.pk, str(disease)) for disease in diseases_named(query)]


def place_options(query: str, person: Person) -> Options:
    return [(str(place.pk), place_label(place)) for place in places_named(query, person)]


def _search(target: str) -> forms.TextInput:
    """A field whose words narrow the list of choices beside it as they are typed; without a script, when it is sent."""
    return forms.TextInput(
        attrs={
            "type": "search",
            "autocomplete": "off",
            "hx-get": reverse_lazy("report_choices", args=[target]),
            "hx-target": f"#id_{target}",
            "hx-trigger": "input changed delay:250ms, search",
            "hx-swap": "innerHTML",
        }
    )


class DiseaseAndPlaceForm(forms.Form):
    """The fields of both choices; what else is asked comes after them."""

    disease_q = forms.CharField(
        label=_("Find the disease"), required=False, max_length=100, widget=_search("disease"),
        help_text=_("By its name in English, Russian or Chinese."),
    )  # fmt: skip
    disease = forms.ChoiceField(label=_("Disease"), required=False, help_text=_("Leave it open if it is not known."))
    place_q = forms.CharField(
        label=_("Find the place"), required=False, max_length=100, widget=_search("place"),
        help_text=_("The smallest area that you are sure of."),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if self.is_bound:
            # Whatever is sent may be chosen that exists; the lists that are shown follow what was searched for.
            self._offer("disease", disease_options(self._sent("disease_q")), self._known_disease(self._sent("disease")))
            self._offer("place", place_options(self._sent("place_q"), person), self._known_place(self._sent("place")))
        else:
            disease, place = (str(self.initial.get(name) or "") for name in ("disease", "place"))
            self._offer("disease", disease_options(), self._known_disease(disease))
            self._offer("place", place_options("", person), self._known_place(place))

    def _sent(self, name: str) -> str:
        return self.data.get(self.add_prefix(name), "")[:100]

    def _known_disease(self, asked: str) -> tuple[str, str] | None:
        disease = Disease.objects.filter(pk=asked).first() if asked else None
        return (disease.pk, str(disease)) if disease else None

    def _known_place(self, asked: str) -> tuple[str, str] | None:
        places = Place.objects.visible_to(self.person).select_related("parent")
        place = places.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
        return (str(place.pk), place_label(place)) if place else None

    def _offer(self, name: str, found: Options, chosen: tuple[str, str] | None) -> None:
        more = [chosen] if chosen and chosen not in found else []
        blank = ("", _("not known") if name == "disease" else "—")
        self.fields[name].choices = [blank, *more, *found]
        self.found = {**getattr(self, "found", {}), name: found}

    def clean_disease(self) -> Disease | None:
        return Disease.objects.filter(pk=self._only("disease")).first()

    def clean_place(self) -> Place:
        chosen = self._only("place")
        if not chosen:
            if self._sent("place_q") and self.found["place"]:
                raise forms.ValidationError(_("Several places are named so: choose the one that is meant."))
            if self._sent("place_q"):
                raise forms.ValidationError(_("No place is named so; try a shorter word, in any of three scripts."))
            raise forms.ValidationError(_("Say where it was."))
        return Place.objects.get(pk=chosen)

    def _only(self, name: str) -> str:
        """What was chosen; or the only one that was found, for those who searched and sent at once."""
        chosen = self.cleaned_data.get(name, "")
        found = self.found[name]
        return chosen or (found[0][0] if self._sent(f"{name}_q") and len(found) == 1 else "")

    def arguments(self) -> dict[str, Any]:
        """What the act takes: without what was searched for."""
        return {name: value for name, value in self.cleaned_data.items() if not name.endswith("_q")}
