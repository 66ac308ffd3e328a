"""A text without what was found in it."""

from collections.abc import Sequence

from tocsin.clinical.identifiers.identity import Found

__all__ = ["removed"]

REMOVED = {"en": "[removed]", "ru": "[удалено]", "zh-hans": "[已删除]"}


def removed(text: str, found: Sequence[Found], *, language: str = "en") -> str:
    """The text with "[removed]" where something was found; in the text's language, if it is one of ours."""
    word = REMOVED.get("zh-hans" if language.lower().startswith("zh") else language.lower()[:2], REMOVED["en"])
    kept, at = [], 0
    for one in sorted(found):
        if one.start >= at:
            kept += [text[at : one.start], word]
        at = max(at, one.end)
    return "".join([*kept, text[at:]])
