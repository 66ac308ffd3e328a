"""Groups (strata) as people read them: as the table names them, but for what the reader of tables put there itself."""

from django.utils.translation import pgettext

from tocsin.counts.places import UNKNOWN_AGE

__all__ = ["group_text"]


def group_text(stratum: str) -> str:
    """The name of a group of a series, a signal or a thread: "female, 00-04"; "" where all are counted together."""
    if UNKNOWN_AGE not in stratum:
        return stratum
    return stratum.replace(UNKNOWN_AGE, pgettext("age group", "(unknown)"))
