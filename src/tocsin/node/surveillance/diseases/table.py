"""The table of docs/diseases.md, from the data.

To write it anew: `python -m tocsin.node.surveillance.diseases.table docs/diseases.md`
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from tocsin.node.surveillance.diseases.reading import DiseaseEntry, read_diseases

__all__ = ["diseases_table", "with_table"]

START, END = "<!-- table: start -->", "<!-- table: end -->"
HEADINGS = ("Disease", "Russian", "Chinese", "ICD-10", "ICD-11", "Gravity", "IHR annex 2", "Rules", "Source")


def diseases_table(diseases: Iterable[DiseaseEntry]) -> str:
    """A Markdown table with a row a disease: its names, codes, gravity, annex 2, rules and where they are from."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(_row(disease) for disease in diseases)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def with_table(page: str, table: str) -> str:
    """`page` with `table` in place of what stands between its two marks. Raises ValueError where a mark is missing."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"the page lacks {START} or, after it, {END}; put both where the table belongs")
    return f"{before}{start}\n{table}{end}{after}"


def _row(disease: DiseaseEntry) -> tuple[str, ...]:
    sources = dict.fromkeys(f"{rule.source}: {rule.note.en}" if rule.note else rule.source for rule in disease.rules)
    return (
        disease.name.en,
        disease.name.ru,
        disease.name.zh,
        disease.icd10 or "–",
        disease.icd11 or "–",
        str(disease.gravity),
        disease.annex2 or "–",
        "<br>".join(f"{rule.level}: {rule.text.en}" for rule in disease.rules) or "–",
        "<br>".join(sources) or "–",
    )


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8"), diseases_table(read_diseases())), encoding="utf-8")
