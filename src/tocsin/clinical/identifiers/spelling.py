"""One key for all spellings of a name in Cyrillic and in Latin letters, and the cases of Russian.

Passports, journals and people write Соловьёв as Solovyov, Solov'ev, Soloviev, Solovjew. The key leaves away in what
they differ: ё is е, the sounds of й and i are one, a soft sign is nothing, doubled letters are one. Names that differ
in nothing else share a key, and are found for one another: a miss would cost more.
"""

import re
from functools import lru_cache

from tocsin.clinical.identifiers.folding import fold

__all__ = ["cases", "is_cyrillic", "key", "keys"]

# Folded letters: й has lost its mark and is и, ё is е.
_LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
        "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
        "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
        "і": "i", "є": "ie", "ґ": "g", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "kh",
        "җ": "zh", "ҳ": "kh", "ҷ": "ch", "ў": "u",
    }
)  # fmt: skip
# Letters with marks of ISO 9 and of Slavic Latin scripts; without their marks they would be others.
_MARKED = str.maketrans(
    {"ž": "zh", "č": "ch", "š": "sh", "ŝ": "shch", "â": "ia", "û": "iu", "ë": "e", "è": "e", "ě": "e", "ü": "ue",
     "ö": "oe", "ä": "ae", "ć": "ch", "ř": "r"}
)  # fmt: skip
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"schtsch|shtsch|chtch|shch|stsch|shh|sch|sh", "S"),
        (r"tsch|tch|ch|cz", "C"),
        (r"zh", "Z"),
        (r"kh|h", "h"),
        (r"x", "ks"),
        (r"ck|q", "k"),
        (r"ts|tz|c", "c"),
        (r"ph", "f"),
        (r"w", "v"),
        (r"(?:ou|oo)", "u"),
        (r"[ijy]+[eo]", "e"),
        (r"[ijy]+(?=[au])", ""),
        (r"[ijy]+", "i"),
        (r"(.)\1+", r"\1"),
    )
)
ENDINGS = (
    "", "а", "я", "у", "ю", "е", "и", "ы", "ои", "ою", "еи", "ею", "ем", "ом", "им", "ым", "ии", "ыи", "ая",
    "яя", "ую", "юю", "ого", "его", "ому", "ему", "их", "ых", "ими", "ыми", "ам", "ям", "ами", "ями", "ах", "ях", "ью",
    "ье", "ья", "ии", "иеи", "ию", "ия", "ие", "иею", "ием",
)  # fmt: skip
_ENDING = re.compile(r"(?:ии|ыи|ои|ая|яя|ия|[аяоеиыьу])$")
_FLEETING = re.compile(r"([бвгдзклмнпрстфхцчшщ])[ео]([цк])$")  # Кузнец, Кузнеца has none; Швец, Швеца neither: both
_OBLIQUE = {"павел": "павл", "лев": "льв", "петр": "петр", "любовь": "любов", "заяц": "заиц", "орел": "орл"}
_STEM = 2


def is_cyrillic(word: str) -> bool:
    """Whether a folded word is written in Cyrillic."""
    return any("\u0400" <= letter <= "\u052f" for letter in word)


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """The key of a folded word."""
    spelled = word.translate(_LATIN)
    for pattern, sound in _SOUNDS:
        spelled = pattern.sub(sound, spelled)
    return spelled


def keys(word: str, original: str) -> set[str]:
    """The keys of a folded word, and of what its marks say where it had marks."""
    marked = original.casefold().translate(_MARKED)
    if marked == original.casefold() or is_cyrillic(word):
        return {key(word)}
    return {key(word), key(fold(marked))}


def cases(word: str) -> set[str]:
    """Keys of all cases of a folded name, as they may stand in a Russian text; of a Latin one, as if it were Russian.

    No plurals in -ов: Морозов is another name than Мороз.
    """
    stems = {word, _ENDING.sub("", word)} if is_cyrillic(word) else {word, re.sub(r"[aeiouy]{1,2}$", "", word)}
    found = {key(word)}
    for stem in stems:
        if len(stem) < _STEM:
            continue
        # The bare stem is another word: Роз is no case of Роза in the singular.
        found |= {key(stem + ending) for ending in ENDINGS if ending or stem == word}
        if fleeting := _FLEETING.search(stem):
            shorter = stem[: fleeting.start()] + fleeting[1] + fleeting[2]
            found |= {key(shorter + ending) for ending in ENDINGS if ending}
    if oblique := _OBLIQUE.get(word):
        found |= {key(oblique + ending) for ending in ENDINGS if ending}
    return found
