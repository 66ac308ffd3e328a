"""What a machine can see wrong in a catalogue: gaps, lost values, letters and words that do not belong."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from tocsin.node.language.catalogue import TRANSLATED, extracted, identity, key, read
from tocsin.node.language.compiled import LOCALES
from tocsin.node.language.extraction import NODE, texts

__all__ = ["Problem", "problems"]

# %(name)s and its kinds, %s, {name} and {}; %% is a sign and no value.
_VALUES = re.compile(r"%\([^)]*\)[#0\- +]*[\d.]*[a-zA-Z]|%(?!%)[\d.]*[sdfr](?![a-zA-Z])|\{[^{}]*\}")
_TAGS = re.compile(r"</?[a-zA-Z][\w-]*")
_FOREIGN = {"ru": re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"), "zh-hans": re.compile(r"[\u0400-\u04ff]")}
# Latin marks of punctuation after a Chinese character, except where digits or values follow, as in 1:2.
_NARROW_MARK = re.compile(r"[\u4e00-\u9fff][,;?!](?![\d%{])")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: in which language, of what sort, in which text, and what is wrong with it."""

    language: str
    kind: str
    text: str
    detail: str = ""
    key: str = ""

    def __str__(self) -> str:
        return f"{self.language} {self.kind}: {self.text!r} [{self.key}]" + (f": {self.detail}" if self.detail else "")


def problems(language: str, *, root: Path = NODE, locales: Path = LOCALES) -> list[Problem]:
    """Everything wrong with a language's catalogue as compared with the code; empty when it is fit to be shown.

    Kinds: missing, superfluous, fuzzy, untranslated, plurals, values, markup, "as in English",
    letters, spaces, term.
    """
    code = {identity(message): message for message in extracted(language, root) if message.id}
    catalog = read(language, locales)
    there = {identity(message): message for message in catalog if message.id}
    found = [Problem(language, "missing", identity_[1], key=key(code[identity_])) for identity_ in code.keys() - there]
    found += [Problem(language, "superfluous", identity_[1]) for identity_ in there.keys() - code]
    found += _two_plurals(language, root)
    proofread = _Proofreader(language, catalog, locales)
    for known in there.keys() & code:
        found += proofread(there[known], code[known])
    return sorted(found, key=lambda problem: (problem.kind, problem.text, problem.detail))


def _two_plurals(language: str, root: Path) -> Iterator[Problem]:
    plurals: dict[tuple, set[str]] = {}
    for text in texts(root):
        if text.plural:
            plurals.setdefault((text.context, text.singular), set()).add(text.plural)
    for (_, singular), different in plurals.items():
        if len(different) > 1:
            yield Problem(language, "plurals", singular, f"has several plurals in the code: {sorted(different)}")


class _Proofreader:
    """Reads one language's messages, each beside its text in the code."""

    def __init__(self, language: str, catalog: Catalog, locales: Path):
        self.language = language
        self.forms = catalog.num_plurals
        self.alike = _same_in_all(locales / "same_in_all.txt")
        self.terms = _terms(locales / "terms.toml", language)

    def __call__(self, message: Message, code: Message) -> Iterator[Problem]:
        english = identity(code)[1]
        for kind, detail in self._complaints(message, code):
            yield Problem(self.language, kind, english, detail, key(code))

    def _complaints(self, message: Message, code: Message) -> Iterator[tuple[str, str]]:
        if message.fuzzy:
            yield "fuzzy", ""
        if message.id != code.id:
            yield "plurals", "the plural in the code is another; update the catalogue"
            return
        translations = _translations(message)
        if not any(translations):
            yield "untranslated", ""
            return
        if message.pluralizable and (len(translations) != self.forms or not all(translations)):
            yield "plurals", f"{sum(map(bool, translations))} of {self.forms} forms"
        for translation in filter(None, translations):
            yield from self._misprints(_model(code), translation)
            yield from self._wrong_words(_texts(code), translation)

    def _misprints(self, english: str, translation: str) -> Iterator[tuple[str, str]]:
        compared: list[tuple[str, Callable[[str], object]]] = [
            ("values", _values),
            ("markup", _tags),
            ("spaces", _margins),
        ]
        for kind, part in compared:
            if part(english) != part(translation):
                yield kind, f"{translation!r} does not have those of {english!r}"
        if found := _FOREIGN[self.language].search(translation):
            yield "letters", f"{found[0]!r} in {translation!r}"
        if self.language == "zh-hans" and (found := _NARROW_MARK.search(translation)):
            yield "letters", f"{found[0]!r} in {translation!r}; after a Chinese character marks are full-width"

    def _wrong_words(self, english: list[str], translation: str) -> Iterator[tuple[str, str]]:
        if translation in english and _says_something(translation) and translation not in self.alike:
            yield "as in English", "translate it, or enter it in same_in_all.txt"
        said = _VALUES.sub(" ", " ".join(english))  # the name of a value is no word of the text
        for term in self.terms:
            if complaint := term.complaint(said, translation):
                yield "term", f"{complaint}: {translation!r}"


@dataclass(frozen=True, slots=True)
class _Term:
    """A rule of the glossary for one language.

    where    English in which it holds; not where `unless` is found too
    use      one of these must be in the translation
    never    none of these may be
    """

    where: re.Pattern
    unless: re.Pattern | None
    use: re.Pattern | None
    never: re.Pattern | None
    why: str

    def complaint(self, english: str, translation: str) -> str:
        if not self.where.search(english) or (self.unless and self.unless.search(english)):
            return ""
        if self.never and (found := self.never.search(translation)):
            return f"{found[0]} is wrong here; {self.why}"
        if self.use and not self.use.search(translation):
            return f"no {self.use.pattern}; {self.why}"
        return ""


@cache
def _terms(file: Path, language: str) -> tuple[_Term, ...]:
    if not file.exists():
        return ()

    def pattern(rule: dict, name: str) -> re.Pattern | None:
        return re.compile(rule[name], re.IGNORECASE) if name in rule else None

    rules = tomllib.loads(file.read_text("utf-8")).get(TRANSLATED[language], [])
    return tuple(
        _Term(
            pattern(rule, "where") or re.compile(""),
            pattern(rule, "unless"),
            pattern(rule, "use"),
            pattern(rule, "never"),
            rule["why"],
        )
        for rule in rules
    )


def _same_in_all(file: Path) -> frozenset[str]:
    if not file.exists():
        return frozenset()
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _texts(message: Message) -> list[str]:
    return list(message.id) if message.pluralizable else [message.id]


def _model(message: Message) -> str:
    """What a translation must be like: the plural, if there is one, for every form may stand for several numbers."""
    return _texts(message)[-1]


def _translations(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def _values(text: str) -> Counter:
    return Counter(_VALUES.findall(text))


def _tags(text: str) -> Counter:
    return Counter(_TAGS.findall(text))


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _says_something(text: str) -> bool:
    """Whether there is a word in it besides values and markup."""
    return any(letter.isalpha() for letter in _TAGS.sub("", _VALUES.sub("", text)))
