"""The same words in every language of the node: for a notice, or a log whose readers differ."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.utils import translation

__all__ = ["in_each_language"]

Said = TypeVar("Said")


def in_each_language(say: Callable[[], Said]) -> dict[str, Said]:
    """What `say` gives with each language active: {"en": …, "ru": …, "zh-hans": …}."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = say()
    return found
