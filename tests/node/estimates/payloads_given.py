"""Estimates put straight into a source, for tests that are not about how they are computed."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils import timezone
from tests.node.estimates.test_pages import PAYLOAD

from tocsin.node.estimates.models import Estimate
from tocsin.node.surveillance.models import Screening, Series, Source

GROWS, FALLS, UNCLEAR = ([1.04, 1.2, 1.3, 1.4, 1.7], [0.4, 0.6, 0.7, 0.8, 0.96], [0.8, 1.0, 1.1, 1.2, 1.5])


def payload(r: list[float] = GROWS, cases: float = 14.0) -> dict[str, Any]:
    """PAYLOAD with another reproduction number, and so many cases reported of the last week."""
    said = deepcopy(PAYLOAD)
    said["reproduction"]["quantiles"][-1] = r
    said["reported"][-1] = cases
    said["nowcast"]["quantiles"][-1] = [cases * share for share in (1.2, 1.5, 1.6, 1.8, 2.4)]
    return said


def estimated(source: Source, payloads: Mapping[Series, dict[str, Any]]) -> None:
    """Of the whole state, after the source's last screening or one that is made up."""
    now = timezone.now()
    screening = Screening.objects.filter(source=source, status="done").first() or Screening.objects.create(
        source=source, status="done", generation=source.generation, finished_at=now
    )
    Estimate.objects.bulk_create(
        [
            Estimate(
                series=series, source=source, screening=screening, generation=source.generation, is_national=True,
                engine="1", payload=said, computed_at=now,
            )
            for series, said in payloads.items()
        ]
    )  # fmt: skip
