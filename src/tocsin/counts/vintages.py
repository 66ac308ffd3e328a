"""Vintages, counts as they stood on days of publication, as what was newly reported with each of them."""

from datetime import date, timedelta

import polars as pl

from tocsin.counts.errors import InvalidReading

__all__ = ["STRATUM", "as_reports"]

STRATUM, FIRST, NEXT, BEGIN = "__stratum", "__first", "__next", "__begin"


def as_reports(rows: pl.DataFrame, *, event: str, report: str, value: str, total: bool) -> tuple[pl.DataFrame, date]:
    """Differences between vintages, and the first day of events whose every report was seen.

    rows     columns STRATUM, `event` (date), `report` (day of publication) and `value`, each once
    total    whether the value of a date is the count of all dates up to it
    returns  rows as given, `value` being what is new (below 0: taken back), where that is not 0; and the first day
    raises   InvalidReading if nothing was followed from its first vintage on

    What an earlier date had before the first vintage of its stratum cannot be dated: such events are left out. A date
    that a later vintage no longer has keeps its last count.
    """
    rows = rows.sort(STRATUM, event, report)
    new = rows.with_columns(pl.col(value).diff().over(STRATUM, event).fill_null(pl.col(value)))
    firsts = rows.group_by(STRATUM, event).agg(pl.col(report).min().alias(FIRST)).sort(STRATUM, event)
    firsts = firsts.with_columns(pl.col(FIRST).min().over(STRATUM).alias(BEGIN))
    followed = firsts.filter(pl.col(FIRST) > pl.col(BEGIN))
    lag = (followed[FIRST] - followed[event]).min()
    if not isinstance(lag, timedelta):
        published = str(rows[report].min())
        raise InvalidReading(
            f"all dates are in the first vintage, of {published}: nothing shows how counts grow; give "
            "vintages of more days, or a later as_of"
        )
    if total:
        new = _of_single_dates(new, firsts, event, report, value)
    begins = firsts.group_by(STRATUM).agg(pl.col(BEGIN).first() - lag)
    kept = new.join(begins, on=STRATUM).filter((pl.col(event) >= pl.col(BEGIN)) & (pl.col(value) != 0))
    begin = begins[BEGIN].min()
    assert isinstance(begin, date)
    return _with_every_stratum(kept, rows, event, report, value), begin


def _of_single_dates(new: pl.DataFrame, firsts: pl.DataFrame, event: str, report: str, value: str) -> pl.DataFrame:
    """What is new in a sum of all dates so far is new in its date, and is not in the next one."""
    after = firsts.with_columns(
        pl.col(event).shift(-1).over(STRATUM).alias(NEXT), pl.col(FIRST).shift(-1).over(STRATUM)
    ).drop_nulls(NEXT)
    off = new.join(after, on=[STRATUM, event], how="inner").select(
        STRATUM,
        pl.col(NEXT).alias(event),
        # A date that is not published yet has nothing to be taken off.
        pl.max_horizontal(report, FIRST).alias(report),
        -pl.col(value),
    )
    begin = firsts.group_by(STRATUM).agg(pl.col(event).min().alias(FIRST))
    both = pl.concat([new.select(STRATUM, event, report, value), off.select(STRATUM, event, report, value)])
    single = both.group_by(STRATUM, event, report).agg(pl.col(value).sum())
    # The first date of all holds everything before it.
    return single.join(begin, on=STRATUM).filter(pl.col(event) > pl.col(FIRST)).drop(FIRST).sort(STRATUM, event, report)


def _with_every_stratum(kept: pl.DataFrame, rows: pl.DataFrame, event: str, report: str, value: str) -> pl.DataFrame:
    last = rows.sort(event).group_by(STRATUM).last().with_columns(pl.lit(0.0).alias(value))
    both = pl.concat([kept.select(STRATUM, event, report, value), last.select(STRATUM, event, report, value)])
    return both.group_by(STRATUM, event, report).agg(pl.col(value).sum()).sort(STRATUM, event, report)
