"""`tocsin evaluate detection`: how well methods do on simulated outbreaks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.table import Table

    from tocsin.epi.detect.evaluation import Detector, Estimate, Evaluation
    from tocsin.epi.simulate import LabelledSeries

__all__ = ["VARIANTS", "Variant", "detect", "detection", "detection_options"]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Variant:
    """A method with the options under which it is compared, by a short name.

    method   its name in `tocsin methods`
    options  those that differ from the method's defaults
    """

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _noufaily(threshold: str) -> Variant:
    """The improvements that Noufaily et al. recommend, with one of the three thresholds."""
    return _farrington_flexible(threshold, seasonal_periods=10, skip_recent=26, trend_p_value=1.0)


def _farrington_flexible(
    threshold: str, *, seasonal_periods: int, skip_recent: int | None, trend_p_value: float
) -> Variant:
    options = {
        "years_back": 5,
        "half_window": 3,
        "seasonal_periods": seasonal_periods,
        "skip_recent": skip_recent,
        "reweight": True,
        "residual_threshold": 2.58,
        "trend": True,
        "trend_p_value": trend_p_value,
        "power": "2/3",
        "threshold": threshold,
        "alpha": 0.01,
    }
    return Variant("farrington_flexible", options)


def _same_season(method: str, years_back: int, half_window: int, use_recent: bool, **more: float) -> Variant:
    return Variant(method, {"years_back": years_back, "half_window": half_window, "use_recent": use_recent, **more})


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        "farrington_flexible": _noufaily("negative_binomial"),
        "farrington_flexible_r": _farrington_flexible(  # what R does if nothing is said
            "delta", seasonal_periods=1, skip_recent=None, trend_p_value=0.05
        ),
        "farrington": Variant("farrington", {"alpha": 0.01}),
        "ears_c1": Variant("ears", {"method": "C1", "alpha": 0.01}),
        "ears_c2": Variant("ears", {"method": "C2", "alpha": 0.01}),
        "ears_c3": Variant("ears", {"method": "C3", "alpha": 0.01}),
        "bayes1": _same_season("bayes", 0, 6, True, alpha=0.05),
        "bayes2": _same_season("bayes", 1, 6, True, alpha=0.05),
        "bayes3": _same_season("bayes", 2, 4, False, alpha=0.05),
        "rki3": _same_season("rki", 2, 4, False),
        "rki1": _same_season("rki", 0, 6, True),
        "rki2": _same_season("rki", 1, 6, True),
        "farrington_flexible_delta": _noufaily("delta"),
        "farrington_flexible_muan": _noufaily("muan"),
        "cusum": Variant("cusum"),
        "glr_poisson": Variant("glr_poisson"),
        "glr_negative_binomial": Variant("glr_negative_binomial"),
    }
)
"""What can be named in --methods; the first ten are those of the published comparison, and the default."""

_COMPARED = tuple(VARIANTS)[:10]
_REPLICATES_AT_ONCE = 50
_PERCENT = {
    "false_positive_rate": "FPR %",
    "detection": "POD %",
    "first_week": "POD, first week %",
    "sensitivity": "sensitivity %",
    "predictive_value": "PPV %",
    "f1": "F1 %",
}
_MEASURES = (
    "false_positive_rate",
    "specificity",
    "detection",
    "first_week",
    "sensitivity",
    "predictive_value",
    "f1",
    "mean_delay",
)


class _MethodNames(click.ParamType):
    """Names of variants, split at commas; `all` is every one of them."""

    name = "method,method"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        if value == "all":
            return tuple(VARIANTS)
        names = tuple(name.strip() for name in value.split(","))
        for name in names:
            if name not in VARIANTS:
                self.fail(f"there is no method {name!r}; there are {', '.join(VARIANTS)}, or all of them: all")
        return tuple(dict.fromkeys(names))


class _CasesPeriods(click.ParamType):
    """Two whole numbers with a comma: at least so many cases in so many last periods."""

    name = "cases,periods"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        try:
            cases, periods = (int(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not two whole numbers with a comma, such as 5,4: five cases in four periods")
        if cases < 0 or periods < 1:
            self.fail(f"{value!r} must have at least 0 cases in at least 1 period")
        return cases, periods


_OPTIONS = (
    click.option(
        "--scenarios", type=click.Choice(["noufaily"]), default="noufaily", show_default=True, help="What to simulate."
    ),
    click.option(
        "--methods",
        type=_MethodNames(),
        default=",".join(_COMPARED),
        help=f"Methods, split at commas, or `all`: {', '.join(VARIANTS)}. By default the first ten.",
    ),
    click.option(
        "--replicates", type=click.IntRange(min=1), default=100, show_default=True, help="Draws of each scenario."
    ),
    click.option(
        "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed gives the same series."
    ),
    click.option(
        "--alpha",
        type=float,
        help="Probability of a false alarm where a method takes one: Farrington and EARS (0.01), Bayes (0.05).",
    ),
    click.option(
        "--min-recent",
        type=_CasesPeriods(),
        default="0,4",
        show_default=True,
        help="Farrington methods: say nothing with fewer cases in so many last periods; 0,4 lets them always speak.",
    ),
    click.option("--jobs", type=click.IntRange(min=1), help="Threads; by default one for each core."),
    click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        show_default=True,
        help="How to print.",
    ),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write there, not to the terminal."),
    click.option("--quiet", is_flag=True, help="No progress and no remarks; the result alone."),
)


def detection_options(command: F) -> F:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(short_help="Methods of `tocsin detect`, on simulated outbreaks.")
@detection_options
def detection(**options: Any) -> None:
    """Simulate series with known outbreaks, run methods on them, and say how well they did.

    The scenarios are the 42 of Noufaily et al. (2013), twelve years of weekly counts each, of which the
    last 49 weeks are evaluated. Measures stand with their standard errors; docs/evaluation.md defines them.
    """
    detect(**options)


def detect(
    scenarios: str,
    methods: tuple[str, ...],
    replicates: int,
    seed: int,
    alpha: float | None,
    min_recent: tuple[int, int],
    jobs: int | None,
    form: str,
    out: Path | None,
    quiet: bool,
) -> None:
    from tocsin.cli.terminal import Terminal

    if out is not None:
        _require_writable(out)
    terminal = Terminal(quiet)
    terminal.tell_of_compilation()
    detectors = {name: _detector(VARIANTS[name], alpha, min_recent, jobs) for name in methods}
    measured = _measured(terminal, detectors, replicates, seed)
    settings: dict[str, object] = {"scenarios": scenarios, "replicates": replicates, "seed": seed}
    options = {name: dict(detector.keywords) for name, detector in detectors.items()}
    _give(measured, settings, options, form, out)
    if out is not None:
        terminal.say(f"Written to {out}")


def _require_writable(out: Path) -> None:
    """Refuse before any work what could not be written after it."""
    from tocsin.cli.output import folder

    folder(out.parent)


def _detector(variant: Variant, alpha: float | None, min_recent: tuple[int, int], jobs: int | None) -> Any:
    """The method with all options bound but the periods to evaluate."""
    from functools import partial

    from tocsin.epi.detect.registry import method_named

    method = method_named(variant.method)
    options = dict(variant.options)
    if alpha is not None and "alpha" in options:  # that of cusum and glr_negative_binomial is a dispersion
        options["alpha"] = alpha
    if "min_recent" in method.defaults:
        options["min_recent"] = min_recent
    method.require_options(options)
    return partial(method.function, jobs=jobs, **options)


def _measured(
    terminal: Any, detectors: Mapping[str, "Detector"], replicates: int, seed: int
) -> dict[str, "Evaluation"]:
    from tocsin.epi.detect.evaluation import evaluate_methods

    batches = -(-replicates // _REPLICATES_AT_ONCE)
    done = 0
    with terminal.progress("Evaluating") as tell:

        def step(_method: str) -> None:
            nonlocal done
            done += 1
            tell(done, batches * len(detectors))

        return evaluate_methods(_simulations(replicates, seed), detectors, on_progress=step)


def _simulations(replicates: int, seed: int) -> Iterator["LabelledSeries"]:
    """Batches of replicates, so that memory does not grow with their number."""
    import numpy as np

    from tocsin.epi.simulate import noufaily

    rng = np.random.default_rng(seed)
    for first in range(0, replicates, _REPLICATES_AT_ONCE):
        yield noufaily(min(_REPLICATES_AT_ONCE, replicates - first), rng)


def _give(
    measured: Mapping[str, "Evaluation"],
    settings: Mapping[str, object],
    options: Mapping[str, Mapping[str, object]],
    form: str,
    out: Path | None,
) -> None:
    texts: Mapping[str, Callable[[], str]] = {
        "table": lambda: _as_text(measured, settings, styled=out is None),
        "csv": lambda: _as_csv(measured),
        "json": lambda: _as_json(measured, settings, options),
    }
    text = texts[form]()
    if out is None:
        click.echo(text, nl=False)
        return
    from tocsin.cli.output import whole

    with whole(out) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def _as_text(measured: Mapping[str, "Evaluation"], settings: Mapping[str, object], *, styled: bool) -> str:
    """A table with its standard errors, for people."""
    from rich.console import Console

    console = Console(highlight=False)
    if not (styled and console.is_terminal):
        console = Console(highlight=False, width=140, no_color=True, force_terminal=False)
    with console.capture() as captured:
        console.print(_table(measured))
    some = next(iter(measured.values()))
    heading = (
        f"{settings['replicates']} replicates of 42 scenarios (seed {settings['seed']}): "
        f"{some.outbreaks:,} outbreaks in {some.periods:,} weeks; ± one standard error\n\n"
    )
    return heading + captured.get() + _not_evaluated(measured)


def _table(measured: Mapping[str, "Evaluation"]) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("method", no_wrap=True)
    for title in (*_PERCENT.values(), "delay, weeks"):
        table.add_column(title, justify="right")
    for name, measures in measured.items():
        shares = [_figure(getattr(measures, measure), 100) for measure in _PERCENT]
        table.add_row(name, *shares, _figure(measures.mean_delay, 1))
    return table


def _figure(estimate: "Estimate", factor: int) -> str:
    from math import isnan

    if isnan(estimate.value):
        return "–"
    error = "" if isnan(estimate.standard_error) else f" ± {factor * estimate.standard_error:.2f}"
    return f"{factor * estimate.value:.2f}{error}"


def _not_evaluated(measured: Mapping[str, "Evaluation"]) -> str:
    """Who could say nothing of how many weeks: they count as weeks without an alarm."""
    silent = {name: measures.not_evaluated for name, measures in measured.items() if measures.not_evaluated}
    if not silent:
        return ""
    return "\nWeeks not evaluated, taken as without alarm: " + ", ".join(f"{n} {k:,}" for n, k in silent.items()) + "\n"


def _row(measures: "Evaluation") -> dict[str, float | int | None]:
    """Measures and standard errors by name; what could not be measured is None."""
    from math import isnan

    row: dict[str, float | int | None] = {}
    for name in _MEASURES:
        estimate = getattr(measures, name)
        row[name] = None if isnan(estimate.value) else estimate.value
        row[f"{name}_se"] = None if isnan(estimate.standard_error) else estimate.standard_error
    return row | {
        "outbreaks": measures.outbreaks,
        "periods": measures.periods,
        "not_evaluated": measures.not_evaluated,
    }


def _as_csv(measured: Mapping[str, "Evaluation"]) -> str:
    import csv
    from io import StringIO

    rows = [{"method": name, **_row(measures)} for name, measures in measured.items()]
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _as_json(
    measured: Mapping[str, "Evaluation"],
    settings: Mapping[str, object],
    options: Mapping[str, Mapping[str, object]],
) -> str:
    import json

    methods = [
        {"name": name, "method": VARIANTS[name].method, "options": options[name], **_row(measures)}
        for name, measures in measured.items()
    ]
    return json.dumps({**settings, "methods": methods}, indent=2) + "\n"
