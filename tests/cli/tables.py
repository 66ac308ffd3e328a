"""Tables to call the command on."""

from pathlib import Path

import numpy as np

MONDAY = np.datetime64("2018-01-01")


def weekly(path: Path, regions: dict[str, np.ndarray], start: np.datetime64 = MONDAY) -> Path:
    """A table of tidy weekly counts: region, date, cases; nan leaves a row out."""
    lines = ["region,date,cases"]
    for region, counts in regions.items():
        for week, count in enumerate(counts):
            if not np.isnan(count):
                lines.append(f"{region},{start + np.timedelta64(7 * week, 'D')},{count:g}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def seven_years(series: int = 3, *, seed: int = 1, weeks: int = 7 * 52) -> dict[str, np.ndarray]:
    """Seasonal counts without an outbreak."""
    rng = np.random.default_rng(seed)
    mean = 20 + 8 * np.sin(2 * np.pi * np.arange(weeks) / 52.18)
    names = ["North", "Север", "北方", "South", "East", "West"]
    return {names[i] if i < len(names) else f"R{i}": rng.poisson(mean).astype(float) for i in range(series)}
