"""Names in Cyrillic and Latin letters, whatever the spelling, the case and the order; and their initials.

A name is found as a whole word, never inside one. What part of a name is found alone depends on the part:

    Иванов, Gulnara     of four letters and more, and no word of the language: anywhere, in any case of letters
    Мороз, Ли, White    words as well, or short: beside another part of the name or an initial of it ("Мороз А. И.");
                        after a title ("г-н", "пациент", "Mr"); or written with a capital where a word would have none:
                        inside a sentence in small letters. Otherwise it is a word: "Мороз усилился"

Initials are found beside a part of the name that is found: in capitals, or before a dot; in small letters where the
name is in small letters too. What else is small is a word: "Ivanov P.S. is", "Иванов И.П. и жена". All that stands
together is one place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tocsin.clinical.identifiers.chinese import is_chinese
from tocsin.clinical.identifiers.common_words import WORDS
from tocsin.clinical.identifiers.folding import Folded, fold
from tocsin.clinical.identifiers.identity import Found, Kind
from tocsin.clinical.identifiers.spelling import cases, is_cyrillic, key, keys

__all__ = ["spelled_names"]

SHORT = 3  # letters of a name that counts as a word
_WORD = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][ ]){3,}[^\W\d_](?![^\W_])")  # И В А Н О В
_BETWEEN = re.compile(r"[\s.,\-_/()]{0,4}")
_TITLE = re.compile(
    r"(?:\b(?:г-н|г-жа|г-на|г-ну|г-же|гр|гр-н|гр-ка|гражданин\w*|гражданк\w*|господин\w*|госпож\w*|пациент\w*|больн\w+"
    r"|ребенок|ребенка|мальчик\w*|девочк\w*|фамили\w+|фио|имя|отчество|mr|mrs|ms|miss|sir|madam|patients?|pt|name|surname"
    r"|forename)\b|(?:患者|病人|姓名|先生|女士))[\s.:,\-]{0,3}$"
)
_BEFORE = 40  # characters in which a title stands
_SENTENCE_ENDS = '.!?…:;。！？\n\r"«»“”()[]•*|\t'


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a name: keys that it has in Latin letters and in Russian cases, and how its initial is written."""

    plain: frozenset[str]
    declined: frozenset[str]
    initials: frozenset[str]
    is_word: bool


@dataclass(slots=True)
class _Token:
    """A word of the text that is a part of the name, or may be an initial of one.

    is_marked  a capital, or a letter before a dot: written as initials are
    is_small   a part of the name in small letters, or an initial that hangs on one
    """

    start: int
    end: int
    parts: frozenset[int] = frozenset()
    initial_of: frozenset[int] = frozenset()
    is_marked: bool = False
    is_small: bool = False
    is_sure: bool = False
    beside: list[int] = field(default_factory=list)


def spelled_names(text: Folded, names: tuple[str, ...]) -> Iterator[Found]:
    """Every place where names stand that are not written in Chinese characters."""
    for name in names:
        parts = _parts(name)
        if parts:
            tokens = _tokens(text, parts)
            _join(text, tokens)
            yield from _places(text, _sure(text, tokens, parts))
        elif len(letter := fold(name).strip(" .")) == 1 and letter.isalpha():
            yield from _of_one_letter(text, letter)


def _of_one_letter(text: Folded, letter: str) -> Iterator[Found]:
    """A whole name of one letter, Mr O: found after a title alone."""
    for match in re.finditer(rf"(?<![^\W_]){letter}(?![^\W_])", text.text):
        if not is_chinese(letter) and _TITLE.search(text.text[max(0, match.start() - _BEFORE) : match.start()]):
            yield Found(*text.span(*match.span()), Kind.NAME)


@lru_cache(maxsize=256)
def _parts(name: str) -> tuple[_Part, ...]:
    if is_chinese(name):
        return ()
    found = []
    for original in re.split(r"[\s.,\-‐‑]+", name):
        word = "".join(_WORD.findall(fold(original)))
        if len(word) < 2:
            continue
        plain = frozenset(form for one in keys(word, original) for form in (one, *_of_the_other_sex(one)))
        is_word = len(word) <= SHORT or word in WORDS or len(key(word)) < 3
        found.append(_Part(plain, frozenset(cases(word)), frozenset({word[0], key(word)[0], *_roman(word)}), is_word))
    return tuple(found)


def _of_the_other_sex(key: str) -> tuple[str, ...]:
    """Solovyova for Solovyov, and back: in Latin letters a family's name is written both ways."""
    if re.search("(?:ov|ev|in)a$", key):
        return (key[:-1],)
    return (key + "a",) if re.search("(?:ov|ev|in)$", key) else ()


def _roman(word: str) -> tuple[str, ...]:
    """Initials of a name in the other alphabet: Ю is Y, J or I there."""
    others = {"ю": ("y", "j", "i", "u"), "я": ("y", "j", "i"), "е": ("y", "j", "e"), "ж": ("z", "j"), "ш": ("s",),
              "щ": ("s",), "ч": ("c",), "х": ("h", "k", "x"), "ц": ("t", "c"), "и": ("i", "y", "j"), "к": ("k", "c"),
              "c": ("к", "ц", "ч", "с"), "y": ("ю", "я", "е", "и"), "j": ("ю", "я", "е", "и", "ж", "д"),
              "k": ("к", "х"), "s": ("с", "ш", "щ"), "z": ("з", "ж", "ц"), "h": ("х", "г")}  # fmt: skip
    same = dict(zip("abdefgiklmnoprtuv", "абдефгиклмнопртув", strict=True))
    back = {cyrillic: latin for latin, cyrillic in same.items()}
    return (*others.get(word[0], ()), *same.get(word[0], ""), *back.get(word[0], ""))


def _tokens(text: Folded, parts: Sequence[_Part]) -> list[_Token]:
    found = []
    apart = [match.span() for match in _APART.finditer(text.text)]
    spans = [match.span() for match in _WORD.finditer(text.text)]
    for start, end in sorted([*spans, *apart]):
        word = text.text[start:end].replace(" ", "")
        of = _parts_of(word, text, start, end, parts)
        initial = frozenset(
            at
            for at, part in enumerate(parts)
            if len(word) <= 2 and word[0] in part.initials and (start, end) not in apart
        )
        if len(word) == 2:  # two initials without a dot: ИИ
            initial = initial if any(word[1] in part.initials for part in parts) else frozenset()
        if of or initial:
            begins = text.original[text.places[start]]
            is_dotted = end - start == 1 and text.text[end : end + 1] == "."
            is_small = bool(of) and begins.islower()
            found.append(_Token(start, end, of, initial, not begins.islower() or is_dotted, is_small))
    return found


def _parts_of(word: str, text: Folded, start: int, end: int, parts: Sequence[_Part]) -> frozenset[int]:
    if len(word) < 2:
        return frozenset()
    if is_cyrillic(word):
        here = {key(word)}
        return frozenset(
            at for at, part in enumerate(parts)
            if here & (part.declined | part.plain) and (len(word) > 2 or part.is_word)
        )  # fmt: skip
    here = keys(word, text.original[slice(*text.span(start, end))])
    if word.endswith("s"):
        here.add(key(word[:-1]))  # Ivanov's
    return frozenset(at for at, part in enumerate(parts) if here & part.plain)


def _join(text: Folded, tokens: Sequence[_Token]) -> None:
    """Which stand beside which: nothing between them but spaces, dots and their like."""
    for at, token in enumerate(tokens):
        for other in range(at + 1, min(at + 4, len(tokens))):
            gap = text.text[token.end : tokens[other].start]
            if tokens[other].start >= token.end and _BETWEEN.fullmatch(gap) and gap.count("\n") <= 1:
                token.beside.append(other)
                tokens[other].beside.append(at)


def _sure(text: Folded, tokens: Sequence[_Token], parts: Sequence[_Part]) -> list[_Token]:
    for token in tokens:
        if token.parts:
            strong = any(not parts[at].is_word for at in token.parts)
            others = any(_is_another(token, tokens[at]) and _may_hang(tokens[at], token) for at in token.beside)
            token.is_sure = strong or others or _stands_as_a_name(text, token)
    for _ in parts:  # initials and short names, as far as they hang on what is sure
        for token in tokens:
            of = [tokens[at] for at in token.beside if tokens[at].is_sure and _is_another(token, tokens[at])]
            of = [other for other in of if _may_hang(token, other)]
            if of and not token.is_sure:
                token.is_sure = True
                token.is_small = token.is_small or any(other.is_small for other in of)
    return [token for token in tokens if token.is_sure]


def _is_another(token: _Token, other: _Token) -> bool:
    """Whether two that stand together may be different parts of one name."""
    ours, theirs = token.parts or token.initial_of, other.parts or other.initial_of
    return bool(ours and theirs) and len(ours | theirs) > 1


def _may_hang(token: _Token, other: _Token) -> bool:
    """Whether a token is of the name beside it: what may be an initial in small letters is a word beside a capital."""
    return bool(token.parts) or token.is_marked or other.is_small


def _stands_as_a_name(text: Folded, token: _Token) -> bool:
    if _TITLE.search(text.text[max(0, token.start - _BEFORE) : token.start]):
        return True
    start, end = text.span(token.start, token.end)
    word, before = text.original[start:end], text.original[:start].rstrip(" \u00a0\u200b-")
    if not word[0].isupper() or not before or before[-1] in _SENTENCE_ENDS:
        return False
    return not _is_in_capitals(text.original[max(0, start - 60) : start] + text.original[end : end + 60])


def _is_in_capitals(around: str) -> bool:
    """Whether what stands around is in capitals, so that one of them says nothing."""
    letters = [one for one in around if one.isalpha()]
    return sum(map(str.isupper, letters)) * 2 > len(letters)


def _places(text: Folded, tokens: Sequence[_Token]) -> Iterator[Found]:
    """What stands together, as one."""
    start = end = -1
    for token in tokens:
        if start >= 0 and token.start <= end:
            end = max(end, token.end)
        elif start >= 0 and _BETWEEN.fullmatch(text.text[end : token.start]):
            end = token.end
        else:
            if start >= 0:
                yield Found(*text.span(start, end), Kind.NAME)
            start, end = token.start, token.end
    if start >= 0:
        yield Found(*text.span(start, end), Kind.NAME)
