"""A Chinese name in a text: in characters, in pinyin with and without tones, either part first, in Cyrillic.

Traditional characters are not found for simplified ones: give the identity both where a patient uses both.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from tocsin.clinical.identifiers.folding import Folded, fold
from tocsin.clinical.identifiers.identity import Found, Kind
from tocsin.clinical.identifiers.palladius import cyrillic

__all__ = ["HAN", "chinese_names", "is_chinese", "syllables"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")
SURNAMES = """
欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 夏侯 轩辕 端木 南宫 西门 独孤 万俟 闻人
太史 澹台 公冶 宗政 濮阳 淳于 单于 申屠 呼延 赫连 钟离 鲜于 闾丘 拓跋 百里 东郭 歐陽 司馬 諸葛 東方 尉遲
"""
_SURNAMES = frozenset(SURNAMES.split())
# Surnames that are read otherwise than the same characters in other words.
_READ = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "任": "ren", "华": "hua",
    "区": "ou", "朴": "piao", "翟": "zhai", "尉迟": "yu chi", "万俟": "mo qi", "覃": "qin", "盖": "ge",
    "乐": "yue", "缪": "miao", "员": "yun", "繁": "po", "秘": "bi", "冼": "xian", "折": "she",
    "黑": "he", "重": "chong", "薄": "bo", "宁": "ning", "单于": "chan yu",
}  # fmt: skip
# Given names that are words as well are found with their surname alone, or after a title.
WORDS = """
健康 和平 国庆 建设 胜利 平安 光明 文化 阳光 春天 夏天 秋天 冬天 春雨 元旦 中秋 晨光 清明 立春 小雪 大雪 白露
红旗 卫生 永远 安全 明天 天明 黎明 早晨 爱国 建国 自强 勇敢 正常 高兴 高峰 海洋 江河 大海 长城 长江 泰山 梅花
荷花 桂花 玉米 红梅 冰冰 英雄 新华 先锋 向阳 向前 进步 团结 解放 跃进 文革 卫国 卫东 志愿 希望 未来 安静 平静
温和 文明 光荣 伟大
"""
_WORDS = frozenset(WORDS.split())
_GAP = r"[\s\-.,·•‧]*"
_BEFORE = "(?:患者|病人|病员|伤者|产妇|患儿|姓名|家属|本人|小|老|阿)[：:\\s]*"
_AFTER = "(?:先生|女士|小姐|太太|同志|老师|师傅|大爷|大妈|奶奶|爷爷|某某|某|同学|阿姨|叔叔|夫人)"
_CASES = "(?:а|у|ом|ем|е|я|ю|ы|и)?"


def is_chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters."""
    return bool(_HAN.search(name))


@lru_cache(maxsize=1024)
def syllables(text: str, *, surname: bool = False) -> tuple[str, ...]:
    """The pinyin of characters, without tones, ü as v."""
    if surname and text in _READ:
        return tuple(_READ[text].split())
    # Its dictionary is read where a Chinese name is looked for, and not by every process that starts.
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(text, style=Style.NORMAL, v_to_u=False))


def chinese_names(text: Folded, names: tuple[str, ...]) -> Iterator[Found]:
    """Every place where one of the names stands, those in other writings left out."""
    for name in names:
        characters = "".join(_HAN.findall(fold(name)))
        if characters:
            for pattern in _patterns(characters):
                for match in pattern.finditer(text.text):
                    yield Found(*text.span(*match.span("name")), Kind.NAME)


@lru_cache(maxsize=256)
def _patterns(characters: str) -> tuple[re.Pattern[str], ...]:
    length = 2 if characters[:2] in _SURNAMES and len(characters) > 2 else 1
    family, given = characters[:length], characters[length:]
    if not given:  # all that is known of the name, or all of it
        hidden = rf"(?P<name>{family}\s*[*＊×xX○〇某]{{1,3}})"
        alone = rf"{_BEFORE}(?P<name>{family})(?![{HAN}])", rf"(?P<name>{family}\s*{_AFTER})", hidden
        return tuple(re.compile(one) for one in alone)
    whole = r"\s*".join(characters)
    found = [f"(?P<name>{whole})", rf"{_BEFORE}(?P<name>{family})(?![{HAN}])", rf"(?P<name>{family}\s*{_AFTER})"]
    # What hides a name by halves still says who it is: 王某某, 王*明, 王X明.
    found += [rf"(?P<name>{family}\s*[*＊×xX○〇某]{{1,3}}\s*{given[-1]})"]
    if length > 1:
        found += [f"(?P<name>{family})"]
    spaced = r"\s*".join(given)
    if len(given) > 1 and given not in _WORDS:
        found += [f"(?P<name>{spaced})"]
    elif len(given) > 1:
        found += [rf"{_BEFORE}(?P<name>{given})", f"(?P<name>{given}{_AFTER})"]
    found += list(_spelled(family, given))
    return tuple(re.compile(one) for one in found)


def _spelled(family: str, given: str) -> Iterator[str]:
    """In Latin letters and in Cyrillic."""
    first, second = syllables(family, surname=True), syllables(given)
    surname, name = _latin(first), _latin(second)
    end = "(?![a-z])"
    for one, other in ((surname, name), (name, surname)):
        yield f"(?<![a-z])(?P<name>{one}{_GAP}{other}){end}"
    short = r"[\s.\-]*".join(syllable[0] for syllable in second)
    yield rf"(?<![a-z])(?P<name>{surname}[\s,]+{short}){end}"
    yield rf"(?<![a-z])(?P<name>{short}[.\s]+{surname}){end}"
    written = [fold(cyrillic(one)).replace("э", "[эе]") for one in (*first, *second)]
    if all(written):
        one, other = "".join(written[: len(first)]), _GAP.join(written[len(first) :])
        russian = f"(?P<name>{one}{_CASES}{_GAP}{other}{_CASES})", f"(?P<name>{other}{_CASES}{_GAP}{one}{_CASES})"
        yield from (f"(?<![а-я]){form}(?![а-я])" for form in russian)


def _latin(spelled: tuple[str, ...]) -> str:
    """Syllables with or without digits of their tones, together or apart. A ü is also v, yu, u."""
    return _GAP.join(re.sub("v", "(?:v|yu|u:|u)", one) + "[1-5]?" for one in spelled)
