"""Translations set beside the texts that are negotiated: they make no new version and touch no official language."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.paragraphs import LanguageText, Paragraph, Text, check_wording

__all__ = ["TRANSLATION_STANDINGS", "translated"]

TRANSLATION_STANDINGS = ("human_checked", "machine")


def translated(
    text: Text, *, language: str, standing: str, texts: Mapping[str, str], official: Collection[str]
) -> Text:
    """The same version with translations beside it, each up to date with its paragraph.

    language  into which; none of the `official` ones, which an amendment changes
    standing  `human_checked` or `machine`; a machine's never replaces what a person checked and is up to date
    texts     the words by paragraph; paragraphs that are not named keep what they have

    Raises TextError: `official-language`, `unknown-standing`, `no-such-paragraph`, `empty-text`, `text-too-long`,
    `machine-over-checked`, `nothing-changed`.
    """
    if language in official:
        raise TextError("official-language", language=language)
    if standing not in TRANSLATION_STANDINGS:
        raise TextError("unknown-standing", language=language, standing=standing)
    for id, words in texts.items():
        if text.paragraph(id) is None:
            raise TextError("no-such-paragraph", paragraph=id)
        check_wording(words, paragraph=id, language=language)
    paragraphs = tuple(
        _with(one, language, standing, texts[one.id]) if one.id in texts else one for one in text.paragraphs
    )
    if paragraphs == text.paragraphs:
        raise TextError("nothing-changed")
    return replace(text, paragraphs=paragraphs)


def _with(paragraph: Paragraph, language: str, standing: str, words: str) -> Paragraph:
    was = paragraph.texts.get(language)
    checked = was is not None and was.revision == paragraph.revision and was.standing == "human_checked"
    if checked and standing == "machine":
        raise TextError("machine-over-checked", paragraph=paragraph.id, language=language)
    said = {**paragraph.texts, language: LanguageText(words, paragraph.revision, standing)}
    return replace(paragraph, texts=dict(sorted(said.items())))
