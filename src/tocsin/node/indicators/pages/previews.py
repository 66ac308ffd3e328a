"""What the preview of a sharing shows: exactly the rows that would be sent, a disease at a time, and what is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from tocsin.exchange.saying import Saying
from tocsin.exchange.types.tables import AGE, DISEASE, FLAG, PLACE, SEX, VALUE, WEEK
from tocsin.node.alliance.alliance_file import here as our_state
from tocsin.node.indicators.building.documents import unpacked
from tocsin.node.indicators.models import Preparation
from tocsin.node.indicators.refusals import sentence
from tocsin.node.language.formats import NO_VALUE, enumerated, phrases, share, short_date, whole
from tocsin.node.post.pages.particulars import particular
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["Matrix", "answer", "findings", "group_name", "left_out", "matrix", "numbers", "problem", "weeks_text"]

A_VIEW = 12  # weeks side by side
SEXES = {
    "female": gettext_lazy("female"), "male": gettext_lazy("male"), "other": gettext_lazy("other sex"),
    "unknown": gettext_lazy("sex unknown"),
}  # fmt: skip
WRONG = {
    "impossible-count": gettext_lazy("parts are more than their total, or more than the people who live there"),
    "unit-switched": gettext_lazy("so far from the weeks before that a unit seems to have been switched"),
    "small-cell": gettext_lazy("a count that the rule withholds"),
    "future-period": gettext_lazy("the week had not ended"),
    "unknown-place": gettext_lazy("partners do not know the place"),
    "unknown-disease": gettext_lazy("partners do not know the disease"),
    "duplicate-row": gettext_lazy("two counts of the same"),
    "contradiction": gettext_lazy("two things that cannot both be true"),
    "too-large": gettext_lazy("more than a document may hold"),
}


@dataclass(frozen=True)
class Cell:
    """`kind` is number, zero, missing, withheld, or none: nothing is said of that week."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class MatrixRow:
    place: str
    depth: int
    group: str
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """Places and groups of one disease by week."""

    disease: str
    weeks: list[date]
    rows: list[MatrixRow]
    earlier: str = ""
    later: str = ""
    has_groups: bool = False


def answer(one: Preparation) -> str:
    """The title."""
    if one.status in (Preparation.Status.WAITING, Preparation.Status.RUNNING):
        return _("Being made ready: %(rule)s") % {"rule": one.rule}
    if one.status == Preparation.Status.REFUSED:
        unchanged = one.problem.get("code") == "unchanged"
        return (
            _("Nothing new to send: %(rule)s") % {"rule": one.rule}
            if unchanged
            else _("Not to be sent as it is: %(rule)s") % {"rule": one.rule}
        )
    weeks = len(one.figures["weeks"])
    said = ngettext("%(rule)s: %(n)s week to be sent", "%(rule)s: %(n)s weeks to be sent", weeks)
    return said % {"rule": one.rule, "n": whole(weeks)}


def problem(one: Preparation) -> str:
    """Why it cannot be sent; nothing where it can."""
    if not one.problem:
        return ""
    values = {name: str(value) for name, value in one.problem.items() if name != "code"}
    return sentence(one.problem["code"], values)


def numbers(one: Preparation) -> list[tuple[str, str]]:
    """How much is sent and how much is not."""
    told: Mapping[str, int] = one.figures
    small, further = told.get("small", 0), told.get("complements", 0)
    people, hidden = told.get("people", 0), told.get("people_withheld", 0)
    part = share(hidden / people) if people else NO_VALUE
    return [
        (_("Rows"), whole(told["rows"])),
        (_("With their count"), whole(told.get("numbers", 0))),
        (_("Zeros"), whole(told.get("zeros", 0))),
        (pgettext("rows", "Missing"), whole(told.get("missing", 0))),
        (_("Withheld, small"), whole(small)),
        (_("Withheld with them"), whole(further)),
        (_("Of all counted, withheld"), part),
        (_("Documents"), whole(told["documents"])),
    ]


def weeks_text(one: Preparation) -> str:
    """First and last week."""
    weeks = [date.fromisoformat(week) for week in one.figures["weeks"]]
    first, last = short_date(weeks[0]), short_date(weeks[-1])
    return _("weeks from %(first)s to %(last)s") % {"first": first, "last": last}


def left_out(one: Preparation) -> list[str]:
    """What the source has and the documents have not, in sentences."""
    found: Mapping[str, Mapping[str, int]] = one.figures.get("left_out", {})
    said = []
    if groups := found.get("groups"):
        names = enumerated(f"“{name}”" for name in list(groups)[:12])
        said.append(_("Groups that are no age or sex which partners know are left out: %(names)s.") % {"names": names})
    if diseases := found.get("diseases"):
        names = enumerated(Disease.objects.filter(pk__in=diseases))
        said.append(_("Diseases that this state added itself mean nothing to others: %(names)s.") % {"names": names})
    return said


def findings(one: Preparation) -> list[dict[str, Any]]:
    """What an examination says, with names."""
    diseases = Disease.objects.in_bulk({told["disease"] for told in one.findings if "disease" in told})
    places = _places({told["place"] for told in one.findings if "place" in told})
    return [
        {
            "what": WRONG.get(told["code"], told["code"]),
            "in_particular": particular(Saying(*told["said"])) if told.get("said") else "",
            "as_checked": told["detail"],
            "disease": diseases.get(told.get("disease", "")),
            "place": places.get(told.get("place", ""), (told.get("place", ""), 0))[0],
            "week": date.fromisoformat(told["week"]) if "week" in told else None,
            "group": group_name(*told["group"]) if "group" in told else "",
        }
        for told in one.findings
    ]


def matrix(one: Preparation, disease: str, *, until: str = "", groups: bool = False) -> Matrix | None:
    """Rows of one disease over the last weeks, or those up to `until`."""
    known = one.figures.get("diseases", {})
    chosen = disease if disease in known else next(iter(known), "")
    rows = [row for body in unpacked(one.bodies) for row in body["rows"] if row[DISEASE] == chosen]
    if not rows:
        return None
    weeks = sorted({row[WEEK] for row in rows})
    end = weeks.index(until) + 1 if until in weeks else len(weeks)
    view = weeks[max(0, end - A_VIEW) : end]
    return Matrix(
        disease=chosen,
        weeks=[date.fromisoformat(week) for week in view],
        rows=_matrix_rows(rows, view, one.figures["places"], groups=groups),
        earlier=weeks[end - A_VIEW - 1] if end > A_VIEW else "",
        later=weeks[min(len(weeks), end + A_VIEW) - 1] if end < len(weeks) else "",
        has_groups=any(row[AGE] != "all" or row[SEX] != "all" for row in rows),
    )


def _matrix_rows(rows: Sequence[Any], view: list[str], order: list[str], *, groups: bool) -> list[MatrixRow]:
    cells: dict[tuple[str, str, str], dict[str, Cell]] = {}
    for row in rows:
        if row[WEEK] in view and (groups or row[AGE] == row[SEX] == "all"):
            cells.setdefault((row[PLACE], row[AGE], row[SEX]), {})[row[WEEK]] = _cell(row)
    places, position, nothing = _places(set(order)), {code: at for at, code in enumerate(order)}, Cell("none")
    ordered = sorted(cells, key=lambda key: (position.get(key[0], 0), *_group_order(*key[1:])))
    return [
        MatrixRow(
            *places.get(place, (place, 0)),
            group_name(age, sex),
            [cells[place, age, sex].get(week, nothing) for week in view],
        )
        for place, age, sex in ordered
    ]


def _cell(row: Sequence[Any]) -> Cell:
    if row[VALUE] is None:
        return Cell("withheld" if row[FLAG] == "suppressed" else "missing")
    return Cell("zero" if row[VALUE] == 0 else "number", whole(row[VALUE]))


def _group_order(age: str, sex: str) -> tuple[bool, int, str]:
    first = age.rstrip("+").partition("-")[0]
    return age != "all" or sex != "all", int(first) if first.isdigit() else 999, sex


def group_name(age: str, sex: str) -> str:
    """A group in words: "0–4, female"; nothing for all together."""
    said = []
    if age != "all":
        said.append(_("age unknown") if age == "unknown" else age.replace("-", "–"))
    if sex != "all":
        said.append(str(SEXES[sex]))
    return phrases(said)


def _places(codes: set[str]) -> dict[str, tuple[str, int]]:
    """Names and depths of our places by the codes of documents."""
    ours = Place.objects.filter(code__in=codes, state__is_here=True)
    return {our_state().code: (str(our_state()), 0)} | {place.code: (str(place), place.depth) for place in ours}
