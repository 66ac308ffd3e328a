"""The detection methods as people choose among them. The engine is asked only when something is to be checked."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

__all__ = ["METHODS", "BadOptions", "as_text", "check", "defaults", "from_text"]

# Name and one line; a test compares the names with the engine's.
METHODS = {
    "farrington_flexible": (
        gettext_lazy("Farrington, flexible"),
        gettext_lazy(
            "Compares with the same season of past years. For most notifiable diseases; wants three years or more."
        ),
    ),
    "farrington": (
        gettext_lazy("Farrington"),
        gettext_lazy("Compares with the same weeks of past years. The classical method, kept for comparison."),
    ),
    "ears": (
        pgettext_lazy("detection method", "EARS"),
        gettext_lazy("Compares with the last few weeks. For new sources and for short events; knows no season."),
    ),
    "cusum": (
        pgettext_lazy("detection method", "CUSUM"),
        gettext_lazy("Adds up small excesses, week after week. For slow rises."),
    ),
    "glr_poisson": (
        gettext_lazy("Likelihood ratio, Poisson"),
        gettext_lazy("Looks for a lasting shift at any time in the past. For regular counts."),
    ),
    "glr_negative_binomial": (
        gettext_lazy("Likelihood ratio, negative binomial"),
        gettext_lazy("Looks for a lasting shift at any time in the past. For counts that vary more."),
    ),
    "bayes": (
        pgettext_lazy("detection method", "Bayes"),
        gettext_lazy("Compares with the same season of past years. For small counts."),
    ),
    "rki": (
        pgettext_lazy("detection method", "RKI"),
        gettext_lazy("Mean and spread of the same season of past years. Simple; for regular counts."),
    ),
    "fixed_rule": (
        gettext_lazy("Fixed number of cases"),
        gettext_lazy("So many cases within so many periods, whatever is usual. Rules of diseases apply in any case."),
    ),
}


class BadOptions(ValueError):
    """An option that the method does not have or cannot take; the message says which."""


def from_text(text: str) -> dict[str, Any]:
    """Options from lines "name = value". Raises BadOptions."""
    options: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not name or not value:
            raise BadOptions(_("“%(line)s” is no option. Write: name = value.") % {"line": line.strip()[:80]})
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = {"True": True, "False": False, "None": None}.get(value, value.strip("\"'"))
    return options


def as_text(options: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{name} = {value if isinstance(value, str) else json.dumps(value)}" for name, value in options.items()
    )


def check(method: str, options: Mapping[str, Any]) -> None:
    """Refuse what the engine would refuse at night, by asking it about five periods. Raises BadOptions."""
    import numpy as np

    from tocsin.epi.detect.screening import screen
    from tocsin.epi.errors import EpiError, HistoryTooShort

    alpha = options.get("alpha")
    if alpha is not None and not (isinstance(alpha, int | float) and 0 < alpha < 1):
        raise BadOptions(_("alpha is %(value)s; it must lie between 0 and 1, both left out.") % {"value": alpha})
    dates = np.datetime64("2024-01-01", "D") + 7 * np.arange(5)
    try:
        screen(np.zeros((1, 5)), dates, method=method, jobs=1, fallback=None, options=options)
    except HistoryTooShort:
        return
    except (EpiError, TypeError, ValueError) as refusal:
        raise BadOptions(str(refusal)) from refusal


def defaults(method: str) -> dict[str, Any]:
    """Options of the method with the values that hold when nothing is said."""
    from tocsin.epi.detect.registry import method_named

    return dict(method_named(method).defaults)
