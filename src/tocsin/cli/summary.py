"""What a screening found, in sentences: the signals, how many chance would give, what went another way."""

from collections.abc import Iterator

import numpy as np

from tocsin.counts.series import Every
from tocsin.epi.detect.screening import Screening, Step

__all__ = ["chance", "fallbacks", "headline"]

RATE = 0.05
"""Share of false alarms that the Benjamini–Hochberg count allows."""


def headline(screening: Screening, every: Every) -> str:
    """Signals, out of how much, and how many of them in the last evaluated period."""
    detection = screening.detection
    signals, last = int(detection.alarm.sum()), int(detection.alarm[:, -1].sum())
    series, periods = detection.alarm.shape
    if periods == 1:
        return f"{_number(signals, 'signal')} in {series:,} series, {every} of {detection.dates[0]}"
    signalling = int(detection.alarm.any(axis=1).sum())
    return (
        f"{_number(signals, 'signal')} in {signalling:,} of {series:,} series over {_number(periods, every)}, "
        f"{detection.dates[0]} to {detection.dates[-1]}; {last:,} in the last {every}"
    )


def chance(screening: Screening) -> Iterator[str]:
    """How many signals there would be without any outbreak, and the share of false ones that this implies."""
    expected = screening.expected_false_alarms
    evaluated = int(screening.detection.evaluated.sum())
    if expected is None:
        yield (
            f"{screening.detection.method} promises no probability of a false alarm, so their number cannot be "
            f"expected; {_number(evaluated, 'series-period')} evaluated"
        )
        return
    signals = sum(step.signals for step in screening.steps if step.false_alarms is not None)
    yield (
        f"Expected false alarms: at most about {_amount(expected)} (probability {_probabilities(screening)} in each of "
        f"{evaluated:,} series-periods evaluated; fewer where counts are small, more where the model does not fit)"
    )
    rate = screening.false_discovery_rate
    if rate is not None:
        yield f"False-discovery rate: about {rate:.0%} ({_amount(expected)} expected of {_number(signals, 'signal')})"
    stand = screening.discoveries(RATE)
    if stand is not None and signals:
        standing = int(stand.sum())
        verb = "stands" if standing == 1 else "stand"
        yield f"{standing:,} of the signals {verb} at a false-discovery rate of {RATE:.0%} (Benjamini–Hochberg)"


def fallbacks(screening: Screening) -> Iterator[str]:
    """What was evaluated by something else than what was asked for, or not at all: each series-period once."""
    asked = screening.steps[0]
    reach = "more history than there is" if asked.needs is None else f"{asked.needs:,} periods of history"
    reported = ~np.isnan(screening.detection.observed)
    for number, step in enumerate(screening.steps[1:], start=1):
        if shortened := int((reported & (screening.step == number)).sum()):
            yield (
                f"{_have(shortened)} too little history for {asked.method}{_variant(asked)}, which needs {reach}, "
                "or none but zeros; "
                f"evaluated instead by {step.method}{_variant(step)}, alpha {step.options.get('alpha')}"
            )
    if without := int(screening.without_history.sum()):
        yield f"{_have(without)} too little history for any method: not evaluated"
    if unreported := int((~reported & ~screening.without_history).sum()):
        yield f"{_have(unreported)} no count: not evaluated"
    if silent := int((reported & ~screening.detection.evaluated & ~screening.without_history).sum()):
        yield (
            f"{_have(silent)} too few cases for a threshold, by the method's own rule; "
            "for diseases of which one case is too many, use --method fixed_rule"
        )


def _probabilities(screening: Screening) -> str:
    used = {s.false_alarms / s.evaluated for s in screening.steps if s.false_alarms is not None and s.evaluated}
    return " or ".join(f"{probability:g}" for probability in sorted(used, reverse=True)) or "unknown"


def _variant(step: Step) -> str:
    """The options by which steps of a chain differ."""
    told = [f"{name}={step.options[name]}" for name in ("years_back", "method") if name in step.options]
    return f" ({', '.join(told)})" if told else ""


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _have(count: int) -> str:
    return f"{_number(count, 'series-period')} {'has' if count == 1 else 'have'}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
