"""What a study found, as a page tells it."""

import sqlite3
import statistics
from collections import Counter
from pathlib import Path

from scripts.chaos.killing import ANY_MOMENT
from scripts.chaos.nodes import WINDOWS
from scripts.chaos.study import Found

__all__ = ["BEGIN", "END", "told", "write"]

BEGIN, END = "<!-- chaos: written by scripts/chaos_study.py -->", "<!-- chaos: end -->"


def told(found: Found, *, made_by: str) -> str:
    """Tables in Markdown, between the two marks."""
    lines = [
        BEGIN,
        "",
        *_summary(found),
        "",
        *_kills(found),
        "",
        *_weather(found),
        "",
        *_acts(found),
        "",
        made_by,
        "",
        END,
    ]
    return "\n".join(lines)


def write(page: Path, text: str) -> None:
    """Put the text into the place of what stands between the marks."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    page.write_text(before + text + rest.split(END)[1], encoding="utf-8")


def _summary(found: Found) -> list[str]:
    lost = sum(fault.kind == "lost" for fault in found.faults)
    doubled = sum(fault.kind == "doubled" for fault in found.faults)
    times = sorted(found.recoveries) or [0.0]
    return [
        "| | |",
        "|---|---|",
        f"| documents that nodes had accepted from their writers | {found.documents:,} |",
        f"| writers killed on the way: in every node of the audience, or in none | {found.unsure} |",
        f"| acts refused to their writers, the disk being full or too long locked | {found.not_accepted} |",
        f"| receipts between the nodes | {found.receipts:,} |",
        f"| places of documents in the four nodes, all looked at | {found.held:,} |",
        f"| **lost** | **{lost}** |",
        f"| **taken twice as new** | **{doubled}** |",
        f"| altered, out of order, gaps, two histories, unsigned for | {len(found.faults) - lost - doubled} |",
        f"| kills | {len(found.kills)} |",
        f"| from a kill to the next meeting, median | {statistics.median(times):.1f} s |",
        f"| the slowest 5 in 100; the slowest | {times[int(len(times) * 0.95)]:.0f} s; {times[-1]:.0f} s |",
        f"| from healed lines to rest, the slowest of {len(found.to_rest)} | {max(found.to_rest):.0f} s |",
    ]


def _kills(found: Found) -> list[str]:
    seen = Counter((one["window"], one["victim"]) for one in found.kills)
    roles = ["courier", "door", "the whole node", "who writes"]
    lines = ["| killed at | " + " | ".join(roles) + " | kills |", "|---|" + "---|" * (len(roles) + 1)]
    for window in (*WINDOWS, ANY_MOMENT):
        counts = [seen[window, role] for role in roles]
        kills = sum(count for (at, _), count in seen.items() if at == window)
        name = window.removeprefix("exchange.").replace(".", ": ", 1).replace("-", " ")
        lines.append(f"| {name} | " + " | ".join(str(count or "") for count in counts) + f" | {kills} |")
    return lines


def _weather(found: Found) -> list[str]:
    lines = ["| meanwhile | times | seconds |", "|---|---|---|"]
    return lines + [
        f"| {kind} | {times} | {found.weather_seconds[kind]} |" for kind, times in sorted(found.weather.items())
    ]


def _acts(found: Found) -> list[str]:
    lines = []
    for act in found.acts:
        if one := act.get("rotated"):
            lines.append(
                f"- {one['node']} rotated its seal key while documents flowed: {one['seconds']} s from the new key to "
                "the old one's end in every node's list."
            )
        if one := act.get("put back"):
            lines.append(
                f"- {one['node']} was put back from an earlier copy, having forgotten {one['forgotten']} documents of "
                f"its own. For {one['silent']} s, while a partner could not be reached, it signed nothing of what was "
                f"written there; {one['asked after']} s after the line was healed all had been asked, and it went on."
            )
    return lines


def versions() -> str:
    """Of what counts here."""
    return f"SQLite {sqlite3.sqlite_version}"
