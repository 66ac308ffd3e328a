"""The free texts of a document for one reader: the best translation there is, said to be one, and the original."""

from collections.abc import Mapping

from tocsin.node.alliance.naming import names
from tocsin.node.notifications.pages.naming import reader_language
from tocsin.node.notifications.pages.pieces import FreeText
from tocsin.node.notifications.texts import Source, Text, texts_in

__all__ = ["free_texts", "untranslated"]

# What else documents may call a language, after the first.
ALSO = {"zh": ("zh-hans", "zh-cn")}


def free_texts(source: Source, labels: Mapping[str, str], language: str | None = None) -> dict[str, FreeText]:
    """Each text that has words, by field."""
    wanted = language or reader_language()
    if source.language.partition("-")[0] == wanted:
        wanted = source.language
    shown = _best(source, wanted)
    known = names({text.node for text in shown.values()})
    return {
        field: FreeText(
            key=field, label=labels.get(field, field), text=text.text, language=text.language, standing=text.standing,
            who=known[text.node], original=source.texts[field], original_language=source.language,
        )
        for field, text in shown.items()
    }  # fmt: skip


def untranslated(source: Source, labels: Mapping[str, str]) -> dict[str, FreeText]:
    """Each text as it was written: of what has not left yet."""
    return {
        field: FreeText(field, labels.get(field, field), text, source.language, "original", "", text, source.language)
        for field, text in source.texts.items()
    }


def _best(source: Source, wanted: str) -> dict[str, Text]:
    if not source.texts:
        return {}
    shown = texts_in(source, wanted)
    for other in ALSO.get(wanted, ()):
        if all(text.standing != "original" for text in shown.values()):
            break
        more = texts_in(source, other)
        shown = {field: text if text.standing != "original" else more[field] for field, text in shown.items()}
    return shown
