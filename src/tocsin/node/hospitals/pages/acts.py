"""What each act upon a hospital or a clinician is called on its page, what it brings about, and its button."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = ["OF_CLINICIANS", "OF_HOSPITALS", "ActShown"]


@dataclass(frozen=True, slots=True)
class ActShown:
    """title and done may name %(name)s."""

    title: Any
    told: Any
    button: Any
    done: Any
    is_danger: bool = False


OF_HOSPITALS = {
    "verify": ActShown(
        _("Verify %(name)s"),
        _("You say in the state’s name that this is a hospital and that its entry is right. Partners learn of it now."),
        pgettext_lazy("hospital", "Verify it"), _("%(name)s is verified."),
    ),
    "activate": ActShown(
        _("Activate %(name)s"),
        _("From now on it takes part: others may ask it, and it may ask others. Partners learn of it now."),
        pgettext_lazy("hospital", "Activate it"), _("%(name)s takes part now."),
    ),
    "suspend": ActShown(
        _("Suspend %(name)s"),
        _("It takes no part until it is resumed. Partners see that it is suspended, and the reason."),
        pgettext_lazy("hospital", "Suspend it"), _("%(name)s is suspended."), is_danger=True,
    ),
    "resume": ActShown(
        _("Resume %(name)s"), _("It takes part again. Partners learn of it now."),
        pgettext_lazy("hospital", "Resume it"), _("%(name)s takes part again."),
    ),
    "leave": ActShown(
        _("Take %(name)s out of the directory"),
        _("It takes no part any more, and all its clinicians are revoked. Partners see the reason. It can apply anew."),
        pgettext_lazy("hospital", "Take it out"), _("%(name)s has left the directory."), is_danger=True,
    ),
}  # fmt: skip
OF_CLINICIANS = {
    "check": ActShown(
        _("Check the identity of %(name)s"),
        _("You say that you have seen this person with their papers, and that they are who the entry names."),
        pgettext_lazy("clinician", "I have checked it"), _("The identity of %(name)s is checked."),
    ),
    "activate": ActShown(
        _("Activate %(name)s as a clinician"),
        _("From now on they may be asked about patients, and answer. Partners learn name, role and specialties."),
        pgettext_lazy("clinician", "Activate them"), _("%(name)s may be asked now."),
    ),
    "away": ActShown(
        _("%(name)s is away"),
        _("Until then they are shown as away, and nothing new is to be given to them. What is open stays theirs."),
        pgettext_lazy("clinician", "Say so"), _("%(name)s is shown as away."),
    ),
    "back": ActShown(
        _("%(name)s is back"), _("They are shown as active again. Partners learn of it now."),
        pgettext_lazy("clinician", "Say so"), _("%(name)s is shown as active."),
    ),
    "revoke": ActShown(
        _("Revoke %(name)s"),
        _("They answer no more, from this moment on. What they have said keeps their name. The reason stays here."),
        pgettext_lazy("clinician", "Revoke them"), _("%(name)s is revoked."), is_danger=True,
    ),
}  # fmt: skip
