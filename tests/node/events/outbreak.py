"""A simulated outbreak as a line list: it grows, reports come days late, older cases die more often."""

from datetime import timedelta

import numpy as np
from django.utils import timezone

from tocsin.node.events.line_list import figures
from tocsin.node.events.models import Event, EventCase

__all__ = ["DAYS", "outbreak"]

DAYS = 50
DEADLY = {4: 0.02, 30: 0.05, 72: 0.4}  # by age


def outbreak(event: Event, *, days: int = DAYS, growth: float = 0.06, seed: int = 1, **fields) -> dict[str, int]:
    """Lists what is known today; how many really fell ill in the last seven days, and in all, as `week` and `all`."""
    rng = np.random.default_rng(seed)
    today = timezone.localdate()
    truth = rng.poisson(2.0 * np.exp(growth * np.arange(days)))
    made: list[EventCase] = []
    for day, n in enumerate(truth):
        onset = today - timedelta(days=days - 1 - day)
        for late, age in zip(rng.negative_binomial(3, 0.4, n), rng.choice(list(DEADLY), n), strict=True):
            reported = onset + timedelta(days=int(late))
            ends = onset + timedelta(days=int(rng.gamma(4, 3)) + 1)
            dies = rng.random() < DEADLY[age]
            if reported > today:
                continue
            said = ("deceased" if dies else "recovered") if ends <= today else "none"
            given = {
                "onset": onset, "reported": reported, "outcome": said, "age": int(age),
                "outcome_on": ends if said != "none" else None, "intensive_care": bool(rng.random() < DEADLY[age]),
            }  # fmt: skip
            made.append(EventCase(event=event, local_id=f"S-{len(made):05}", **{**given, **fields}))
    EventCase.objects.bulk_create(made)
    figures.keep(event)
    return {"week": int(truth[-7:].sum()), "all": int(truth.sum()), "listed": len(made)}
