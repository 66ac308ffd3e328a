"""A node of 10,000 events under fifty people who think for five seconds; and an event of 50,000 cases, opened alone."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.load.filled import LIMIT_OPENED, LIMIT_PAGE, fill, pages_as_markdown, read

__all__ = ["LIMIT_OPENED", "LIMIT_PAGE", "as_markdown", "measured"]

COUNTED = ("events", "lines of logs", "notifications", "questions", "cases of one event", "filled, s")


def measured(home: Path, environment: Mapping[str, str], *, share: float = 1.0) -> dict[str, Any]:
    kept = home.parent / "events.json"
    made = fill(home, environment, share, script="fill_events.py", kept=kept)
    event = f"/events/{made['outbreak']}/"
    alone = {"overview": event, "line list": f"{event}cases/"}
    figures = {name: made[name] for name in COUNTED}
    return figures | read(home, environment, made, kept=kept, alone=alone)


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(found.values()))
    lines = [
        f"{first['events']:,} events, {first['notifications']:,} notifications, {first['lines of logs']:,} lines of "
        f"logs, {first['cases of one event']:,} cases of one event, {first['questions']:,} questions between states, "
        f"all simulated; 50 people who think 5 s; {os.cpu_count()} cores shared with the crowd, "
        f"Python {platform.python_version()}.",
        "",
        *pages_as_markdown(found, opened="event of 50,000 cases opened"),
    ]
    return "\n".join(lines) + "\n"
