"""Simulated cases as a table that the line list of an event reads: to be copied, or taken as a file."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tocsin.node.exercises.scripts import Script
from tocsin.node.exercises.simulation import Case

__all__ = ["HEADINGS", "as_csv", "as_tsv", "case_rows"]

# Words that events/line_list knows (headings.toml, words.toml): a table is read back by what people here would write.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Case ID", "Classification", "Date of onset", "Date reported", "District", "Age", "Sex", "Outcome",
        "Date of outcome", "Health worker", "Exposure",
    ),
    "ru": (
        "Номер случая", "Классификация", "Дата начала", "Дата сообщения", "Район", "Возраст", "Пол", "Исход",
        "Дата исхода", "Медработник", "Источник",
    ),
    "zh-hans": (
        "病例编号", "病例分类", "发病日期", "报告日期", "现住地区", "年龄", "性别", "转归", "转归日期",
        "医务人员", "暴露",
    ),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "suspected": "suspected", "probable": "probable", "confirmed": "confirmed", "female": "female", "male": "male",
        "none": "ill", "recovered": "recovered", "deceased": "died", "yes": "yes", "no": "no",
    },
    "ru": {
        "suspected": "подозрительный", "probable": "вероятный", "confirmed": "подтверждённый", "female": "жен",
        "male": "муж", "none": "болеет", "recovered": "выздоровление", "deceased": "смерть", "yes": "да", "no": "нет",
    },
    "zh-hans": {
        "suspected": "疑似", "probable": "可能", "confirmed": "确诊", "female": "女", "male": "男", "none": "患病",
        "recovered": "痊愈", "deceased": "死亡", "yes": "是", "no": "否",
    },
}  # fmt: skip


def case_rows(
    cases: Iterable[Case],
    *,
    script: Script,
    until: int,
    day_on: Callable[[int], date],
    places: Mapping[str, str],
    language: str,
) -> list[tuple[str, ...]]:
    """The heading and a row a case, as it is known at the end of the day `until`.

    day_on  day of the calendar for a day of the exercise
    places  code of the place for each place of the script
    """
    words = WORDS.get(language, WORDS["en"])
    exposures = {one.code: one.name.in_language(language) for one in script.outbreak.exposures}
    rows: list[tuple[str, ...]] = [HEADINGS.get(language, HEADINGS["en"])]
    for case in cases:
        over = case.ended_on <= until
        rows.append(
            (
                f"EX-{case.number:04d}",
                words[case.classification],
                f"{day_on(case.onset):%F}",
                f"{day_on(case.reported):%F}",
                places[case.place],
                str(case.age),
                words[case.sex],
                words[case.outcome if over else "none"],
                f"{day_on(case.ended_on):%F}" if over else "",
                words["yes" if case.health_worker else "no"],
                exposures.get(case.exposure, ""),
            )
        )
    return rows


def as_tsv(rows: Iterable[tuple[str, ...]]) -> str:
    """To be pasted: no cell of these tables holds a tabulator or a line end."""
    return "\n".join("\t".join(row) for row in rows) + "\n"


def as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """A file, in UTF-8 with the mark by which spreadsheets know it."""
    text: Any = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")
