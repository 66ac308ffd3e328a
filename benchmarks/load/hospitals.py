"""A node of 100,000 consultations and a million messages under fifty people who work in hospitals."""

import os
import platform
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.load.crowd import Readers
from benchmarks.load.filled import LIMIT_PAGE, fill, pages_as_markdown, read

__all__ = ["LIMIT_PAGE", "LIMIT_SEARCH", "as_markdown", "measured"]

LIMIT_SEARCH = 0.5
COUNTED = ("hospitals", "clinicians", "cases", "acts", "notes", "letters", "threads", "filled, s")
OPENED = re.compile(r'href="(/(?:consultations|letters)/[0-9a-f-]{36}/)')
FOLLOWED = {"case": "/consultations/", "thread": "/letters/"}


class Colleagues(Readers):
    """They open cases and threads that a list of theirs has just shown; where it showed none, they look at the list."""

    def choose(self, chance: random.Random, links: Sequence[str]) -> tuple[str, str]:
        kind, address = super().choose(chance, links)
        if kind in FOLLOWED:
            theirs = [one for one in links if one.startswith(FOLLOWED[kind])]
            if theirs:
                return kind, chance.choice(theirs)
            kind = "consultations" if kind == "case" else "letters"
            address = FOLLOWED["case" if kind == "consultations" else "thread"]
        return kind, quote(address, safe="/?&=%+")

    def links_on(self, kind: str, page: str) -> Sequence[str]:
        return () if kind in FOLLOWED else list(dict.fromkeys(OPENED.findall(page)))


def measured(home: Path, environment: Mapping[str, str], *, share: float = 1.0) -> dict[str, Any]:
    kept = home.parent / "hospitals.json"
    made = fill(home, environment, share, script="fill_hospitals.py", kept=kept)
    figures = {name: made[name] for name in COUNTED}
    return figures | read(home, environment, made, kept=kept, alone=made["long"], crowd=Colleagues)


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(found.values()))
    wanted = f"at most {1000 * LIMIT_PAGE:.0f} wanted, {1000 * LIMIT_SEARCH:.0f} of a search"
    lines = [
        f"{first['cases']:,} cases of {first['acts']:,} acts, {first['notes'] + first['letters']:,} messages "
        f"({first['notes']:,} in cases, {first['letters']:,} letters in {first['threads']:,} threads), "
        f"{first['hospitals']:,} hospitals with {first['clinicians']:,} clinicians, all simulated; 50 people who think "
        f"5 s; {os.cpu_count()} cores shared with the crowd, Python {platform.python_version()}.",
        "",
        *pages_as_markdown(found, opened="opened", wanted=wanted),
    ]
    return "\n".join(lines) + "\n"
