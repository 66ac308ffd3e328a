"""Why counts are not shared: each reason has a code, which is kept, and a sentence in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.node.post.actions.refusals import ActRefused

__all__ = ["SENTENCES", "NotShared", "sentence"]

SENTENCES: dict[str, Any] = {
    "monthly": _("This source counts by month, and indicators are shared by week. Share a source by week or by day."),
    "no-counts": _("The source has no counts yet."),
    "no-week": _("The source has no week that has ended and was wholly reported on."),
    "no-series": _("The source has no series of these diseases and places."),
    "foreign-place": _("%(place)s is no place of this state, and a state shares its own counts alone."),
    "place-code": _("The code %(place)s of a place is not of the form that partners take: capital letters, digits."),
    "week-begins": _("Weeks of this source begin on a day that partners do not know: Monday, Saturday or Sunday."),
    "invented": _("The counts of this source are invented for an exercise, and this alliance is not one of exercise."),
    "not-whole": _("The source has counts that are not whole numbers: %(disease)s, %(place)s, week of %(week)s."),
    "overlapping-ages": _("The age groups %(one)s and %(other)s overlap in part. Share without ages and sexes."),
    "too-many-rows": _(
        "One week of %(disease)s has more rows than a document may have. Share fewer places, no groups."
    ),
    "findings": _("Partners would not take these counts as they are; what is wrong stands below."),
    "unchanged": _("Nothing has changed since these weeks were sent last."),
    "not-joined": _("This node has not joined the exchange yet, so that nobody could read it."),
    "restored": _(
        "This node was put back from a copy and may have forgotten what it sent; it asks its partners first."
    ),
    "absent": _("%(nodes)s takes no part in the exchange now."),
    "off": _("The rule is not in use."),
    "not-confirmed": _("A second person has not confirmed this rule as it is now. Until then nothing leaves under it."),
    "own-change": _("Whoever changed the rule last cannot confirm it as well: a second person does."),
    "rule-changed": _("The rule was changed meanwhile. Look at it once more."),
    "outdated": _("Counts were taken or sent since this was made ready. Look at it anew; it is made ready once more."),
    "not-ready": _("It is not ready to be sent."),
    "failed": _("It ended with an error; the node’s log has the details."),
}


class NotShared(ActRefused):
    """Nothing was shared, for the reason with this code; `values` belong to its sentence."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return sentence(self.code, self.values)


def sentence(code: str, values: dict[str, str]) -> str:
    """The reason in the reader's language."""
    return str(SENTENCES[code]) % values
