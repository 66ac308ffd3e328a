"""How paragraphs and lines are numbered, in Russian, Chinese and English documents.

A mark has a rank: the lower, the more it stands for. Of the ranks that a document uses the lowest are its operative
paragraphs and the others their items, so that «1.» is a paragraph in a Russian decision and an item below 一、 in a
Chinese one. Letters, numbers in two round brackets, circled numbers, 1.1 and dashes are items always.
"""

import re

__all__ = ["ITEM_RANK", "heading_mark", "note_mark", "numbered_lines", "ordinal", "rank"]

_CHINESE = "零〇一二三四五六七八九十百两"
_SPACE = r"[ \t\u00a0\u3000]"
MARKS = (
    re.compile(rf"第{_SPACE}?(?:[{_CHINESE}]{{1,6}}|\d{{1,3}}){_SPACE}?条"),
    re.compile(rf"(?:Статья|СТАТЬЯ|Article|ARTICLE){_SPACE}+\d{{1,3}}\b"),
    re.compile(rf"[{_CHINESE}]{{1,4}}、"),
    re.compile(r"\d{1,3}(?:[．、]|\.(?!\d))"),  # 10.11.2020 and 1.5 are no numbers of paragraphs
    re.compile(r"\d{1,3}[)）]"),
)
RANKS = (0, 0, 1, 2, 3)  # of each of MARKS
ITEM_RANK = 4
ITEM = re.compile(
    rf"\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}\.?(?={_SPACE})"  # 1.1, 1.1.2
    rf"|[(（](?:\d{{1,3}}|[{_CHINESE}]{{1,4}}|[A-Za-zА-Яа-яё])[)）]"
    r"|[A-Za-zА-Яа-яё][)）]"
    r"|[\u2460-\u2473]"
    rf"|[-–—•·]{_SPACE}+"
)
HEADING = re.compile(
    rf"第{_SPACE}?(?:[{_CHINESE}]+|\d{{1,3}}){_SPACE}?[章节部]"
    rf"|(?:Глава|ГЛАВА|Раздел|РАЗДЕЛ|Часть|ЧАСТЬ|Приложение|ПРИЛОЖЕНИЕ|Chapter|CHAPTER|Section|SECTION|Part|PART|Annex"
    rf"|ANNEX){_SPACE}+(?:\d{{1,3}}|[IVX]{{1,5}}|[A-ZА-Я])(?:[.:]|{_SPACE}|$)"
    rf"|附件{_SPACE}?[{_CHINESE}\d]*(?:[:：]|$)"
)
NOTE = re.compile(rf"\*{_SPACE}?\S|(?:Примечани[ея]|Note|Notes){_SPACE}?\d*{_SPACE}?[.:]|注{_SPACE}?\d*{_SPACE}?[:：]")
LETTERS = ("абвгдежзиклмнопрстуфхцчшщэюя", "abcdefghijklmnopqrstuvwxyz")  # ё and й do not count
DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
INDENT = " \t\u00a0\u3000"


def rank(line: str) -> int | None:
    """The rank of the mark that a line begins with; None where it begins with none. `ITEM_RANK` for items."""
    found = _mark(line)
    return None if found is None else found[0]


def ordinal(line: str) -> int | None:
    """The number that a line's mark counts with: 3 of 三、, в), (c), ③ and 1.3; None of a dash, or without a mark."""
    found = _mark(line)
    if found is None:
        return None
    mark = found[1]
    if digits := re.findall(r"\d+", mark):
        return int(digits[-1])
    if chinese := re.search(f"[{_CHINESE}]+", mark):
        return _chinese_number(chinese[0])
    if "①" <= mark[0] <= "⑳":
        return ord(mark[0]) - ord("①") + 1
    letter = mark.strip("()（） ").lower()
    return next((row.index(letter) + 1 for row in LETTERS if letter in row), None)


def _mark(line: str) -> tuple[int, str] | None:
    """Its rank and the mark itself."""
    line = line.lstrip(INDENT)
    if item := ITEM.match(line):
        return ITEM_RANK, item[0]
    marks = ((at, mark.match(line)) for at, mark in zip(RANKS, MARKS, strict=True))
    return next(((at, found[0]) for at, found in marks if found), None)


def _chinese_number(signs: str) -> int:
    """A number below a thousand, with 十 and 百 or sign by sign, as 二十三 or 二三."""
    if not set("十百") & set(signs):
        return int("".join(str(DIGITS[sign]) for sign in signs))
    number = digit = 0
    for sign in signs:
        if sign in "十百":
            number, digit = number + (digit or 1) * {"十": 10, "百": 100}[sign], 0
        else:
            digit = DIGITS[sign]
    return number + digit


def heading_mark(line: str) -> bool:
    """Whether a line begins as chapters, sections and annexes do."""
    return HEADING.match(line.lstrip(INDENT)) is not None


def note_mark(line: str) -> bool:
    """Whether a line begins as notes do."""
    return NOTE.match(line.lstrip(INDENT)) is not None


def numbered_lines(text: str) -> int:
    """How many lines of a text begin with a mark."""
    return sum(rank(line) is not None for line in text.split("\n"))
