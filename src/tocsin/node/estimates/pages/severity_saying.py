"""Whom it kills, in plain sentences that claim no more than their intervals do, and what weakens them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.estimates.pages.risks import Risk, of_persons, persons_of
from tocsin.node.language import formats

__all__ = ["FALLING", "FEW", "RISING", "highest", "method_said", "notes", "sentences", "trend"]

RISING, FALLING = "rising", "falling"
FEW = 10
FEWEST = 5  # of fewer no risk is said
AgeName = Callable[[str], str]
Payload = Mapping[str, Any]
Group = tuple[str, Risk]


def sentences(payload: Payload, age_name: AgeName) -> list[str]:
    """Of all; of the age that dies most often; whether it rises with age. Each stands alone."""
    found = [_of_all(payload)]
    groups = [(row["age"], risk) for row in payload["ages"] if (risk := Risk.of(row)) is not None]
    whole, way = Risk.of(payload["all"]), trend(groups)
    if whole is not None and (group := highest(groups, whole, way)) is not None:
        found.append(_most_often(age_name(group[0]), group[1]))
    if way and whole is not None:
        found.append({RISING: _("The risk rises with age."), FALLING: _("The risk falls with age.")}[way])
    return found


def highest(groups: Sequence[Group], whole: Risk, way: str = "") -> Group | None:
    """The group of the highest risk, where its interval lies wholly above that of all ages, or the trend is plain."""
    if len(groups) < 2:
        return None
    group = max(groups, key=lambda group: group[1].estimate)
    if way:
        return group
    above = [group for group in groups if group[1].low > whole.high]
    return group if group in above else None


def trend(groups: Sequence[Group]) -> str:
    """Rising or falling: at least three groups without one that turns back, and an end whose interval lies above.

    Wholly above that of at least one other group. Where ages do not differ, that is so in fewer than one of 200.
    """
    risks = [risk for _name, risk in groups]
    if len(risks) < 3:
        return ""
    steps = [after.estimate - before.estimate for before, after in pairwise(risks)]
    if min(steps) >= 0 and risks[-1].low > min(risk.high for risk in risks):
        return RISING
    return FALLING if max(steps) <= 0 and risks[0].low > min(risk.high for risk in risks) else ""


def _of_all(payload: Payload) -> str:
    risk, method = Risk.of(payload["all"]), payload["method"]
    if risk is None:
        return _("More deaths than cases are counted: how many of the cases die cannot be told.")
    if not payload["deaths"]:
        return _nobody(payload, risk)
    known = payload["cases"] - (payload["ill"] + payload["unknown"]) * (method == "closed")
    if known < FEWEST:
        values = {"deaths": formats.whole(payload["deaths"]), "known": formats.whole(known)}
        return _("So far %(deaths)s of %(known)s died: too few to tell how many do in general.") % values
    base = persons_of(risk)
    n = of_persons(risk.estimate, base)
    values = {"base": formats.whole(base), **_persons(risk, base)}
    if method == "closed":
        said = ngettext(
            "Of %(base)s cases whose outcome is known %(n)s died (%(low)s to %(high)s).",
            "Of %(base)s cases whose outcome is known %(n)s died (%(low)s to %(high)s).",
            n,
        )
    elif method == "naive":
        said = ngettext(
            "Of %(base)s cases %(n)s has died so far (%(low)s to %(high)s).",
            "Of %(base)s cases %(n)s have died so far (%(low)s to %(high)s).",
            n,
        )
    else:
        said = ngettext(
            "Of %(base)s cases probably %(n)s dies (%(low)s to %(high)s).",
            "Of %(base)s cases probably %(n)s die (%(low)s to %(high)s).",
            n,
        )
    return said % values


def _nobody(payload: Payload, risk: Risk) -> str:
    """Where many may yet die, not even how high the risk may be is known."""
    cases, base = payload["cases"], persons_of(risk)
    values = {"cases": formats.whole(cases), "base": formats.whole(base), **_persons(risk, base)}
    if payload["method"] == "naive" and (payload["ill"] or payload["unknown"]):
        return (
            ngettext("Nobody of %(cases)s case has died so far.", "Nobody of %(cases)s cases has died so far.", cases)
            % values
        )
    return ngettext(
        "Nobody of %(cases)s case has died so far; the risk may still be up to %(high)s of %(base)s.",
        "Nobody of %(cases)s cases has died so far; the risk may still be up to %(high)s of %(base)s.",
        cases,
    ) % values  # fmt: skip


def _most_often(age: str, risk: Risk) -> str:
    base = persons_of(risk)
    return _("Most often it kills in the age group %(age)s: %(n)s of %(base)s (%(low)s to %(high)s).") % {
        "age": age,
        "base": formats.whole(base),
        **_persons(risk, base),
    }


def _persons(risk: Risk, base: int) -> dict[str, str]:
    return {
        name: formats.whole(of_persons(value, base))
        for name, value in {"n": risk.estimate, "low": risk.low, "high": risk.high}.items()
    }


def notes(payload: Payload) -> list[str]:
    """What weakens the figures: few deaths, those who are ill, those of whom nothing is known."""
    found = (
        _few(payload),
        _ill(payload),
        _unknown(payload),
        _lately(payload),
        *_left_out(payload),
        _early(payload),
        _of_no_age(payload),
    )
    return [said for said in found if said]


def _few(payload: Payload) -> str:
    deaths = payload["deaths"]
    if 0 < deaths < FEW:
        said = ngettext(
            "It rests on %(n)s death: the next ones can change it much.",
            "It rests on only %(n)s deaths: the next ones can change it much.",
            deaths,
        )
        return said % {"n": formats.whole(deaths)}
    if payload["all"]["few"] and deaths >= FEW:
        return _("Fewer than 10 have recovered so far: as long as that is so, the risk looks higher than it is.")
    return ""


def _ill(payload: Payload) -> str:
    n = payload["ill"]
    if not n:
        return ""
    if payload["method"] == "competing_risks":
        said = ngettext(
            "%(n)s case is still ill; that they may yet die is allowed for.",
            "%(n)s cases are still ill; that they may yet die is allowed for.",
            n,
        )
    elif payload["method"] == "closed":
        said = ngettext(
            "%(n)s case is still ill and not counted here. Deaths are known sooner than recoveries: as long as many "
            "are ill, the risk looks higher than it is.",
            "%(n)s cases are still ill and not counted here. Deaths are known sooner than recoveries: as long as many "
            "are ill, the risk looks higher than it is.",
            n,
        )
    else:
        said = ngettext(
            "%(n)s case is still ill or its recovery was not told: the risk is probably higher than shown.",
            "%(n)s cases are still ill or their recovery was not told: the risk is probably higher than shown.",
            n,
        )
    return said % {"n": formats.whole(n)}


def _unknown(payload: Payload) -> str:
    n = payload["unknown"]
    if not n:
        return ""
    if payload["method"] == "naive":
        said = ngettext(
            "Of %(n)s case the outcome is not known; they may have died.",
            "Of %(n)s cases the outcome is not known; some of them may have died.",
            n,
        )
    else:
        said = ngettext(
            "Of %(n)s case the outcome is not known; it is left out.",
            "Of %(n)s cases the outcome is not known; they are left out.",
            n,
        )
    return said % {"n": formats.whole(n)}


def _lately(payload: Payload) -> str:
    """Of counts that no allowance is made for those who fell ill of late."""
    if payload["method"] != "naive" or payload["since"] is None:
        return ""
    if "more_deaths_than_outcomes" in payload["why"]:
        return _(
            "More have died than could have by the published time from case to death, so that it is not used: "
            "some of those who fell ill lately may yet die."
        )
    if "gaps" in payload["why"]:
        return _(
            "Counts are missing in between: some of those who fell ill lately may yet die, and none is allowed for."
        )
    return _("Some of those who fell ill lately may yet die: while cases rise, the risk is higher than shown.")


def _left_out(payload: Payload) -> list[str]:
    words = {
        "no_dates": _("Too many dates of onset or outcome are missing to allow for those who are still ill."),
        "some_undated": _("Who has no date of onset or outcome is left out of the risk, and counted in the table."),
        "more_deaths_than_cases": _(
            "Where more deaths than cases are counted of an age, nothing is said of its risk. "
            "Are both counted in the same place and by the same definition?"
        ),
        "group_more_deaths_than_outcomes": _(
            "Of an age more have died than could have by the published time from case to death; nothing is said of it."
        ),
        "delay_longer_than_window": _(
            "The counts are short beside the time from case to death: the risk hangs on that time as published."
        ),
        "severe_unknown": _("Of too few cases it is known whether they were in intensive care."),
        "more_severe_than_cases": _("Where more are in intensive care than are cases of an age, no share is given."),
        "no_ages": _("Ages are not told: whom it kills most often is not known."),
    }
    return [words[code] for code in payload["why"] if code in words]


def _early(payload: Payload) -> str:
    is_early = any(row["cases"] and row["estimate"] is None for row in payload["ages"])
    if not is_early or payload["method"] not in ("competing_risks", "closed"):
        return ""
    return _("Where the end of most of an age is not known yet, nothing is said of its risk.")


def _of_no_age(payload: Payload) -> str:
    if payload["unknown_age"] is None:
        return ""
    n = payload["unknown_age"]["cases"]
    said = ngettext(
        "Of %(n)s case the age is not known; it is among all ages and in no group.",
        "Of %(n)s cases the age is not known; they are among all ages and in no group.",
        n,
    )
    return said % {"n": formats.whole(n)}


def method_said(payload: Payload) -> list[str]:
    """How it was estimated, what it is a risk of, and how alike severe and fatal are across the ages."""
    said = [
        _method(payload),
        _(
            "It is the risk of cases that were found, suspected ones among them. Where mild cases are not found, fewer "
            "of all who were infected die."
        ),
        _("In brackets stands the interval of 95 per cent; it holds chance alone."),
    ]
    if (found := payload["correlation"]) is not None:
        values = {name: formats.decimal(found[name], 2) for name in ("estimate", "low", "high")}
        said.append(
            _(
                "Across %(groups)s age groups the shares of severe and of fatal cases are correlated by %(estimate)s "
                "(%(low)s to %(high)s). So few groups say little, and nothing of single persons."
            )
            % {"groups": formats.whole(found["groups"]), **values}
        )
    return said


def _method(payload: Payload) -> str:
    method = payload["method"]
    if method == "delay_adjusted" and payload["delay"]:
        return _(
            "Deaths over the cases of whom it could be known by now if they die: from case to death it takes "
            "%(days)s days on average. %(source)s"
        ) % {"days": formats.decimal(payload["delay"]["mean"]), "source": payload["delay"]["source"]}
    return {
        "competing_risks": _(
            "Death and recovery as competing risks (Aalen and Johansen): of all whose illness ends, so many die. "
            "Who is still ill counts up to the last day that is known."
        ),
        "closed": _("Deaths over all whose outcome is known."),
    }.get(method, _("Deaths over all cases counted so far."))
