"""What a call says, in the language of the person who is called: that something waits, and nothing of what it is.

Letters, push services and telephones are read by others.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.duty.models import Alert

__all__ = ["DRILL", "EXERCISE", "Words", "mark", "words_for"]

EXERCISE = "EXERCISE · УЧЕНИЕ · 演练"
DRILL = "DRILL · ПРОВЕРКА СВЯЗИ · 通信演练"


@dataclass(frozen=True, slots=True)
class Words:
    """A call in one language. `mark` is empty, or says in three languages that nothing has happened."""

    title: str
    text: str
    url: str
    mark: str
    tag: str
    language: str

    @property
    def line(self) -> str:
        """In one line, as a telephone has it."""
        return " ".join(part for part in (self.mark, self.text, self.url) if part)


def mark(alert: Alert) -> str:
    """What sets an exercise and a drill apart from what has happened."""
    return " / ".join(word for word, so in ((EXERCISE, alert.is_exercise), (DRILL, alert.is_drill)) if so)


def words_for(alert: Alert, person: Person) -> Words:
    """What this person is told."""
    with translation.override(person.language):
        text = _("Something waits for you in Tocsin. Please look at it and say that you have it.")
        title = _("Tocsin: something waits for you")
    address = settings.BASE_URL + reverse("alert", urlconf="tocsin.node.duty.views.alerts", args=[alert.pk])
    return Words(title, text, address, mark(alert), alert.pk.hex, person.language)
