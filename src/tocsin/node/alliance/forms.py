"""What people type about people, duty and themselves."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.actions.tokens import LONGEST_DAYS
from tocsin.node.alliance.models import DutyShift, Organisation, Person
from tocsin.node.alliance.roles import WORDS, Ability, Role
from tocsin.node.language.formats import zone

__all__ = ["AccountForm", "InvitationForm", "OrganisationForm", "PasswordForm", "RolesForm", "ShiftForm", "TokenForm"]

# What a program may be given; powers over people and the audit are for people alone.
SCOPES = (
    Ability.READ_SURVEILLANCE,
    Ability.UPLOAD_COUNTS,
    Ability.REPORT_SIGNAL,
    Ability.TRIAGE,
    Ability.SCREEN,
    Ability.EXPORT,
    Ability.READ_DIRECTORY,
)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("roles"), choices=Role, widget=forms.CheckboxSelectMultiple)


class InvitationForm(RolesForm):
    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=150)
    email = forms.EmailField(label=_("e-mail address"))
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("organisation"))
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    field_order = ("name", "email", "organisation", "language", "roles")


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ("kind", "name_en", "name_ru", "name_zh", "telephone")
        labels = {
            "kind": _("kind"),
            "name_en": _("name in English"),
            "name_ru": _("name in Russian"),
            "name_zh": _("name in Chinese"),
            "telephone": _("telephone"),
        }


class PasswordForm(forms.Form):
    """A first password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence that you can remember is best."),
    )
    again = forms.CharField(
        label=_("The same again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two are not the same."))
        elif given.get("password"):
            try:
                password_validation.validate_password(given["password"])
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class ShiftForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.none(), label=_("person"))
    line = forms.ChoiceField(label=_("line"), choices=DutyShift.Line)
    starts_at = forms.DateTimeField(label=_("from"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label=_("to"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Roles are a list in JSON, which SQLite cannot search into; people are few.
        officers = [p.pk for p in Person.objects.filter(is_active=True) if p.may(Ability.STAND_DUTY)]
        self.fields["person"].queryset = Person.objects.filter(pk__in=officers)
        self.fields["starts_at"].help_text = _("In the time zone %(zone)s.") % {
            "zone": zone(str(timezone.get_current_timezone()))
        }


class AccountForm(forms.ModelForm):
    """How Tocsin looks and speaks to one person."""

    class Meta:
        model = Person
        fields = ("name", "telephone", "language", "time_zone", "budget", "notices_by_mail")
        labels = {"notices_by_mail": _("notices by e-mail")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(z for z in zoneinfo.available_timezones() if "/" in z and not z.startswith("Etc/"))
        usual = _("that of the service: %(zone)s") % {"zone": zone(settings.TIME_ZONE)}
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("time zone"), required=False,
            choices=[("", usual), *((z, z) for z in zones)],
        )  # fmt: skip
        self.fields["budget"].min_value = 1
        self.fields["budget"].widget.attrs["min"] = 1


class TokenForm(forms.Form):
    name = forms.CharField(label=_("what it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("it may"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("days"), min_value=1, max_value=LONGEST_DAYS, initial=90)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(str(a), WORDS[a]) for a in SCOPES if person.may(a)]
