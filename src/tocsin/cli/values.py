"""Values of options that are more than a word: columns, spans of days, options of a method."""

import re
from datetime import date
from typing import Any

import click

__all__ = ["AGES", "ALIAS", "COLUMNS", "DAY", "EVALUATE", "LEVELS", "SETTING", "SPAN", "WHERE", "WORD"]


class Columns(click.ParamType):
    r"""Names of columns, split at commas; a comma inside a name is written \\, and an empty text is no column."""

    name = "col,col"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        if not value.strip():
            return ()
        names = tuple(part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", value))
        if not all(names):
            self.fail(f"{value!r} has an empty name between its commas", param, ctx)
        return names


class Day(click.ParamType):
    """One day, 2026-03-09."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2026-03-09", param, ctx)


class Span(click.ParamType):
    """Two days and what lies between them, both included; one day alone is that day."""

    name = "first..last"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        first, found, last = value.partition("..")
        try:
            days = [date.fromisoformat(day.strip()) for day in (first, last if found else first)]
        except ValueError:
            self.fail(f"{value!r} is not a span of days such as 2020-03-01..2021-12-31", param, ctx)
        if days[1] < days[0]:
            self.fail(f"{value} ends before it begins; write the earlier day first", param, ctx)
        return days[0].isoformat(), days[1].isoformat()


class Ages(click.ParamType):
    """Whole numbers with commas; nothing is none."""

    name = "age,age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(age) for age in value.split(",")) if value.strip() else ()
        except ValueError:
            self.fail(f"{value!r} is not a list of ages such as 0,5,15,60", param, ctx)


class Evaluate(click.ParamType):
    """A number of last periods, `all`, or a span of days."""

    name = "number|all|first..last"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str | tuple[str, str]:
        if not isinstance(value, str) or value == "all":
            return value
        if ".." in value:
            return SPAN.convert(value, param, ctx)
        if not re.fullmatch(r"[1-9]\d*", value):
            self.fail(
                f"{value!r} is neither a number of periods, at least 1, nor `all`, nor a span of days such as "
                "2022-01-01..2022-12-31",
                param,
                ctx,
            )
        return int(value)


class Levels(click.ParamType):
    """Numbers with commas, as 0.025,0.5,0.975, increasing."""

    name = "level,level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            levels = tuple(float(level) for level in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of levels such as 0.025,0.5,0.975", param, ctx)
        if not all(0 < level < 1 for level in levels) or list(levels) != sorted(set(levels)):
            self.fail(f"{value!r}: levels lie between 0 and 1, each once, in increasing order", param, ctx)
        return levels


class Setting(click.ParamType):
    """`name=value`, the value as Python would write a number, True, None or several of them with commas."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, object]:
        if isinstance(value, tuple):
            return value
        name, found, text = value.partition("=")
        if not found or not re.fullmatch(r"[a-z_]+", name.strip()) or not text.strip():
            self.fail(f"{value!r} is not of the form years_back=3", param, ctx)
        return name.strip(), _value(text.strip())


class Pair(click.ParamType):
    """`name=value`; neither is interpreted."""

    def __init__(self, name: str, example: str) -> None:
        self.name = name
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        first, found, second = value.partition("=")
        if not found or not first:
            self.fail(f"{value!r} is not of the form {self.example}", param, ctx)
        return first, second


def _value(text: str) -> object:
    words = {"true": True, "false": False, "yes": True, "no": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    if "," in text:
        return tuple(_value(part.strip()) for part in text.strip("()").split(",") if part.strip())
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


AGES = Ages()
ALIAS = Pair("other=name", "Алма-Ата=Алматы")
COLUMNS = Columns()
DAY = Day()
EVALUATE = Evaluate()
LEVELS = Levels()
SETTING = Setting()
SPAN = Span()
WHERE = Pair("column=value", "disease=measles")
WORD = Pair("word=meaning", "Alive=recovered")
