"""Catalogues of translations: brought up to date with the code, handed to translators, filled in.

One file a language, locale/<ru|zh_Hans>/LC_MESSAGES/django.po. Written without dates and line
numbers and sorted by text, so that a change shows what was changed.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tocsin.node.language.compiled import LOCALES
from tocsin.node.language.extraction import NODE, Text, texts

__all__ = ["TRANSLATED", "Filled", "extracted", "fill", "identity", "key", "path", "read", "to_do", "update"]

TRANSLATED = {"ru": "ru", "zh-hans": "zh_Hans"}
"""Languages beside English, and the names of their folders."""

_FORMS = {"ru": ["1, 21, 31, …", "2–4, 22–24, …", "0, 5–20, 25–30, …"], "zh-hans": ["any number"]}


@dataclass(slots=True)
class Filled:
    """What became of translators' answers: how many were taken, and why the others were not."""

    taken: int = 0
    refused: list[str] = field(default_factory=list)


def path(language: str, locales: Path = LOCALES) -> Path:
    return locales / TRANSLATED[language] / "LC_MESSAGES" / "django.po"


def extracted(language: str, root: Path = NODE) -> Catalog:
    """A catalogue of every text of the code, without translations.

    A text written both alone and with a plural is one entry, as in every catalogue of gettext.
    """
    catalog = Catalog(locale=TRANSLATED[language], charset="utf-8")
    found = list(texts(root))
    plurals = {(text.context, text.singular): text.plural for text in found if text.plural}
    for text in found:
        plural = plurals.get((text.context, text.singular))
        catalog.add(
            (text.singular, plural) if plural else text.singular,
            locations=[(text.file, 0)],
            auto_comments=text.comments,
            context=text.context,
        )
    return catalog


def read(language: str, locales: Path = LOCALES) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    source = path(language, locales)
    if not source.exists():
        return Catalog(locale=TRANSLATED[language], charset="utf-8")
    with source.open("rb") as file:
        return read_po(file, locale=TRANSLATED[language])


def update(language: str, *, root: Path = NODE, locales: Path = LOCALES) -> Catalog:
    """Give the catalogue exactly the texts of the code, and keep the translations of those it had.

    Nothing is guessed from similar texts. A text that got or lost its plural is to be translated anew.
    """
    catalog, before = extracted(language, root), read(language, locales)
    earlier = {identity(message): message for message in before if message.id}
    for message in catalog:
        known = earlier.get(identity(message))
        if message.id and known and bool(known.pluralizable) == bool(message.pluralizable):
            message.string = known.string
            message.user_comments = known.user_comments
            if known.fuzzy:
                message.flags.add("fuzzy")
    _write(language, catalog, locales)
    return catalog


def to_do(language: str, *, root: Path = NODE, locales: Path = LOCALES, everything: bool = False) -> list[dict]:
    """Texts without a sure translation (or all), each with what a translator has to know.

    key           short and stable, to answer by
    forms         for a text with a plural: which numbers each form is for, in order
    translation   what there is so far, if anything
    """
    tasks = []
    current = update(language, root=root, locales=locales)
    for message in _sorted(current):
        if everything or message.fuzzy or not _is_translated(message, current.num_plurals):
            tasks.append(_task(message, language))
    return tasks


def fill(language: str, answers: Mapping[str, str | list[str]], *, locales: Path = LOCALES) -> Filled:
    """Enter translations, by key or by English text; one form for each of the language's plural forms.

    An answer replaces the translation that there was. Answers that fit no text, or have the wrong
    number of forms, are refused and the rest is taken.
    """
    catalog, filled = read(language, locales), Filled()
    known = _by_name(catalog)
    for name, translation in answers.items():
        messages = known.get(name, [])
        if len(messages) != 1:
            filled.refused.append(f"{name!r}: {'several texts read so, answer by key' if messages else 'no such text'}")
        elif refusal := _misfit(messages[0], translation, catalog.num_plurals):
            filled.refused.append(f"{name!r}: {refusal}")
        else:
            _enter(messages[0], translation)
            filled.taken += 1
    _write(language, catalog, locales)
    return filled


def identity(message: Message | Text) -> tuple[str | None, str]:
    """What makes two entries of a catalogue the same: the context and the English singular."""
    return (message.context or None, _singular(message))


def key(message: Message) -> str:
    context, singular = identity(message)
    return sha256(f"{context or ''}\x04{singular}".encode()).hexdigest()[:10]


def _singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def _is_translated(message: Message, forms: int) -> bool:
    if message.pluralizable:
        return isinstance(message.string, tuple) and len(message.string) == forms and all(message.string)
    return bool(message.string)


def _task(message: Message, language: str) -> dict:
    task = {"key": key(message), "text": _singular(message)}
    if message.pluralizable:
        task |= {"plural": message.id[1], "forms": _FORMS[language]}
    if message.context:
        task["context"] = message.context
    if message.auto_comments:
        task["comments"] = list(message.auto_comments)
    if message.string and any(message.string):
        task["translation"] = list(message.string) if message.pluralizable else message.string
    return task | {"where": sorted({file for file, _ in message.locations})}


def _by_name(catalog: Catalog) -> dict[str, list[Message]]:
    names: dict[str, list[Message]] = {}
    for message in catalog:
        if message.id:
            names.setdefault(_singular(message), []).append(message)
            names[key(message)] = [message]
    return names


def _misfit(message: Message, translation: object, forms: int) -> str:
    given = translation if isinstance(translation, list) else [translation]
    wanted = forms if message.pluralizable else 1
    if not all(isinstance(form, str) and form.strip() for form in given):
        return "a translation is a text, or a list of texts, and none is empty"
    if len(given) != wanted:
        return f"has {len(given)} forms, {wanted} are needed"
    return ""


def _enter(message: Message, translation: str | list[str]) -> None:
    given = tuple(translation) if isinstance(translation, list) else (translation,)
    message.string = given if message.pluralizable else given[0]
    message.flags.discard("fuzzy")


def _sorted(messages: Iterable[Message]) -> list[Message]:
    return sorted((message for message in messages if message.id), key=lambda one: (_singular(one), one.context or ""))


def _write(language: str, catalog: Catalog, locales: Path) -> None:
    """The file, without a date: two runs over the same code write the same bytes."""
    final = Catalog(locale=TRANSLATED[language], charset="utf-8")
    for message in _sorted(catalog):
        final[message.id] = message.clone()
        final_message = final.get(_singular(message), message.context)
        final_message.locations = [(file, None) for file in sorted({file for file, _ in message.locations})]
    body = io.BytesIO()
    write_po(body, final, width=110, omit_header=True, include_lineno=False)
    target = path(language, locales)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_header(language, final).encode() + body.getvalue())


def _header(language: str, catalog: Catalog) -> str:
    fields = {
        "Project-Id-Version": "Tocsin",
        "Language": TRANSLATED[language],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'
