"""What a crowd saw, in figures, and where these are put down."""

import subprocess
from typing import Any

from benchmarks.load.crowd import Crowd, percentile
from benchmarks.load.nodes import ROOT

__all__ = ["summary", "write"]


def summary(crowd: Crowd) -> dict[str, Any]:
    return {
        kind: {
            "n": len(took),
            "p50, ms": round(1000 * percentile(took, 0.5)),
            "p95, ms": round(1000 * percentile(took, 0.95)),
            "p99, ms": round(1000 * percentile(took, 0.99)),
        }
        for kind, took in sorted(crowd.took.items())
    }


def write(page: str, mark: str) -> None:
    """Between the marks of docs/benchmarks.md, with the commit that was measured."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.strip()
    path = ROOT / "docs" / "benchmarks.md"
    text = path.read_text(encoding="utf-8")
    head, _mark, rest = text.partition(f"<!-- {mark} -->\n")
    _old, _mark, tail = rest.partition(f"<!-- /{mark} -->\n")
    path.write_text(f"{head}<!-- {mark} -->\nAt commit {commit}.\n\n{page}<!-- /{mark} -->\n{tail}", encoding="utf-8")
