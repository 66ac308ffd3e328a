"""Words of the clinical vocabulary, of languages and of weekdays, as the directory shows them."""

from collections.abc import Iterable
from functools import cache

from babel import Locale
from babel.dates import get_day_names
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.clinical import vocabulary

__all__ = ["SPOKEN", "days", "language", "language_choices", "role", "roles", "specialties", "specialty"]

# Languages in which hospitals of the alliance's states write, as documents name them; those of the interface first.
SPOKEN = (
    "en", "ru", "zh-hans", "ar", "az", "be", "fa", "hi", "hy", "kk", "km", "ky", "mn", "my", "ne", "ps", "si", "tg",
    "tk", "tr", "ug", "ur", "uz",
)  # fmt: skip
_LOCALES = {"en": "en_GB", "ru": "ru", "zh-hans": "zh_Hans"}


def specialty(code: str) -> str:
    """In the reader's language. A code of a later release has no word here, and is said to be another."""
    return _word("specialty", code) or _("another specialty")


def role(code: str) -> str:
    """In the reader's language."""
    return _word("clinician_role", code) or _("another role")


def specialties() -> list[tuple[str, str]]:
    """All of them, in the order of forms."""
    return [(code, specialty(code)) for code in vocabulary.codes("specialty")]


def roles() -> list[tuple[str, str]]:
    """All of them, in the order of forms."""
    return [(code, role(code)) for code in vocabulary.codes("clinician_role")]


def language(tag: str) -> str:
    """What a language is called; its tag where nobody knows a name."""
    return _locale().languages.get(tag.partition("-")[0], tag)


def language_choices() -> list[tuple[str, str]]:
    """Languages that people may say they speak."""
    return [(tag, language(tag)) for tag in SPOKEN]


def days(numbers: Iterable[int]) -> str:
    """Weekdays in short, what follows one another as a range: "Mon–Fri", "Mon–Wed, Sat"."""
    names = get_day_names("abbreviated", "stand-alone", _locale())
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = []
    for run in runs:
        ends = [names[run[0] - 1], names[run[-1] - 1]]
        said.append(ends[0] if len(run) == 1 else ", ".join(ends) if len(run) == 2 else "–".join(ends))
    return ", ".join(said)


def _word(kind: str, code: str) -> str:
    try:
        return vocabulary.word(kind, code, get_language() or "en")
    except vocabulary.UnknownCode:
        return ""


def _locale() -> Locale:
    return _named(get_language() or "en")


@cache
def _named(name: str) -> Locale:
    return Locale.parse(_LOCALES.get(name, "en_GB"))
