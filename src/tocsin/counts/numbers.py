"""Counts as people write them: thousands set apart, decimal commas, and the many marks for "no count"."""

import polars as pl

__all__ = ["MISSING", "PLAIN", "count_of", "decimal_comma", "is_missing"]

MISSING = (
    "",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "-",
    "–",
    "—",
    ".",
    "..",
    "…",
    "\\n",
    "#n/a",
    "нет данных",
    "н/д",
    "无",
    "缺失",
)
PLAIN = r"^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$"
SPACES = "[\\s\u00a0\u202f\u2009']"


def is_missing(column: str) -> pl.Expr:
    """Whether a cell says that nothing was reported."""
    return pl.col(column).str.strip_chars().str.to_lowercase().is_in(MISSING)


def decimal_comma(texts: pl.Series) -> bool:
    """Whether commas in these numbers stand before decimals; groups of three digits are thousands."""
    with_comma = texts.filter(texts.str.contains(r"^\s*[+-]?[\d.\s]*\d,\d+\s*$"))
    if with_comma.is_empty():
        return False
    return not bool(with_comma.str.contains(r"^\s*[+-]?\d{1,3}(?:,\d{3})+\s*$").all())


def count_of(column: str, *, comma: bool) -> pl.Expr:
    """The number in a cell; null where there is none."""
    cell = pl.col(column).str.strip_chars().str.replace_all("−", "-")
    plain = cell.cast(pl.Float64, strict=False)
    grouped = cell.str.replace_all(r"(\d)" + SPACES + r"(\d{3})", "$1$2")
    if comma:
        grouped = grouped.str.replace_all(r"\.(\d{3})", "$1").str.replace(",", ".", literal=True)
    else:
        grouped = (
            pl.when(grouped.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"))
            .then(grouped.str.replace_all(",", "", literal=True))
            .otherwise(grouped)
        )
    number = (
        pl.when(cell.str.contains(PLAIN))
        .then(plain)
        .otherwise(pl.when(grouped.str.contains(PLAIN)).then(grouped.cast(pl.Float64, strict=False)))
    )
    return pl.when(number.is_finite()).then(number)
