"""How Chinese names are read: syllables by pinyin, with the readings that place names have.

A character read in several ways is read as its phrase is (重庆 chóngqìng, not zhòngqìng). The
dictionary of pypinyin knows most phrases; the place names below it misreads or lacks.
"""

import re
from functools import cache, lru_cache

__all__ = ["HAN", "initials", "syllables"]

HAN = re.compile(r"[〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")

# Read so where no phrase says otherwise: in names of places these are almost never zhǎng or dōu.
_LONE = {"长": "cháng", "都": "dū", "曾": "zēng", "厦": "xià", "藏": "zàng"}

_PLACES = {
    "长子": "zhǎng zǐ", "长治": "cháng zhì", "长丰": "cháng fēng", "长泰": "cháng tài", "长岭": "cháng lǐng",
    "长海": "cháng hǎi", "长白": "cháng bái", "长岛": "cháng dǎo", "长清": "cháng qīng", "长垣": "cháng yuán",
    "朝阳": "cháo yáng", "牟平": "mù píng", "会稽": "kuài jī", "洪洞": "hóng tóng", "涡阳": "guō yáng",
    "什邡": "shí fāng", "六合": "lù hé", "任县": "rén xiàn", "单县": "shàn xiàn", "筠连": "jūn lián",
    "大城": "dài chéng", "华县": "huà xiàn", "华阴": "huà yīn", "华山": "huà shān", "黄陂": "huáng pí",
    "莎车": "shā chē", "伽师": "jiā shī", "天台": "tiān tāi", "乐陵": "lào líng", "荥经": "yíng jīng",
    "繁峙": "fán shì", "解州": "xiè zhōu", "召陵": "shào líng", "宝坻": "bǎo dǐ", "曲江": "qǔ jiāng",
    "曲水": "qū shuǐ", "洪泽": "hóng zé", "阿城": "ā chéng", "盖州": "gài zhōu", "浒墅关": "xǔ shù guān",
}  # fmt: skip


@lru_cache(maxsize=16384)
def syllables(name: str, *, tones: bool = False) -> tuple[str, ...]:
    """A syllable for each Chinese character, "lv" for 吕, with `tones` "lv3" (5 is the neutral tone).

    Runs of anything else stay as they are, one element a run. A character nobody reads stays itself.
    """
    from pypinyin import Style

    return _read(name, Style.TONE3 if tones else Style.NORMAL)


@lru_cache(maxsize=16384)
def initials(name: str) -> str:
    """First letters: bj for 北京."""
    return "".join(syllable[0] if HAN.match(character) else syllable for character, syllable in _spelled(name))


def _spelled(name: str) -> list[tuple[str, str]]:
    """Each syllable or foreign run beside the character it begins with."""
    spelled, at = [], 0
    for syllable in syllables(name):
        spelled.append((name[at], syllable))
        at += 1 if HAN.match(name[at]) else len(syllable)
    return spelled


def _read(name: str, style) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    _teach_places()
    runs = re.findall(rf"{HAN.pattern}+|[^{HAN.pattern[1:]}+", name)
    read: list[str] = []
    for run in runs:
        if HAN.match(run):
            read += lazy_pinyin(run, style=style, errors=list, neutral_tone_with_five=True)
        else:
            read.append(run)
    return tuple(read)


@cache
def _teach_places() -> None:
    from pypinyin import load_phrases_dict, load_single_dict

    load_single_dict({ord(character): reading for character, reading in _LONE.items()})
    load_phrases_dict({name: [[reading] for reading in readings.split()] for name, readings in _PLACES.items()})
