"""A node of 10,000 requests and 2,000 decisions under fifty people; and objects of a thousand acts, opened alone."""

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.load.filled import LIMIT_OPENED, LIMIT_PAGE, fill, pages_as_markdown, read
from benchmarks.load.nodes import within

__all__ = ["LIMIT_OPENED", "LIMIT_PAGE", "as_markdown", "measured"]

COUNTED = ("decision", "session", "assistance", "acts", "measures", "filled, s")


def measured(home: Path, environment: Mapping[str, str], *, share: float = 1.0) -> dict[str, Any]:
    kept = home.parent / "joint.json"
    made = fill(home, environment, share, script="fill_joint.py", kept=kept)
    settled = json.loads(within(home, environment, "joint_settling.py"))
    figures = {name: made[name] for name in COUNTED} | {"acts settled": settled}
    return figures | read(home, environment, made, kept=kept, alone=made["long"])


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(found.values()))
    lines = [
        f"{first['assistance']:,} requests, {first['decision']:,} decisions, {first['session']:,} sessions, "
        f"{first['measures']:,} measures, {first['acts']:,} acts, all simulated; 50 people who think 5 s; "
        f"{os.cpu_count()} cores shared with the crowd, Python {platform.python_version()}.",
        "",
        *pages_as_markdown(found, opened="of a thousand acts, opened"),
    ]
    for noun in first["acts settled"]:
        cells = [
            " / ".join(str(took) for took in figures["acts settled"][noun].values()) for figures in found.values()
        ]  # fmt: skip
        acts = " / ".join(first["acts settled"][noun])
        lines.append(f"| ms until an act more of a {noun} of {acts} acts is settled | | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
