"""Typst in a process of its own, for as long as the documents take.

In the server's process a table of 2,000 rows would leave 600 MB behind, which Typst keeps in case the same comes again.
Here all of it is given back, and a document that cannot be set ends with its own process only.

The file is both ends: `typeset` starts it as a program, which reads jobs as JSON and writes each result
behind its length.
"""

import json
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

__all__ = ["SECONDS", "Job", "NotSet", "typeset"]

SECONDS = 60
_LENGTH = struct.Struct("<Q")


class NotSet(RuntimeError):
    """Typst refused, died, or took longer than SECONDS."""


@dataclass(frozen=True, slots=True)
class Job:
    """source     Typst, of our own; what others wrote goes into `inputs`
    format     "pdf" or "png", the latter in `ppi` dots an inch
    timestamp  seconds since 1970, written into a PDF as its date
    """

    source: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    format: str = "pdf"
    ppi: float = 144
    timestamp: int = 0


def typeset(jobs: Sequence[Job], *, fonts: Sequence[str] = ()) -> list[bytes]:
    """What each job gives, with fonts from these folders before the machine's. Raises NotSet."""
    if not jobs:
        return []
    asked = json.dumps({"fonts": list(fonts), "jobs": [asdict(job) for job in jobs]}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__], input=asked, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotSet(f"not set within {SECONDS} seconds") from None
    if done.returncode:
        raise NotSet(done.stderr.decode(errors="replace").strip()[-2000:] or f"ended with {done.returncode}")
    return _apart(done.stdout)


def _apart(answer: bytes) -> list[bytes]:
    results, at = [], 0
    while at < len(answer):
        (length,) = _LENGTH.unpack_from(answer, at)
        at += _LENGTH.size
        results.append(answer[at : at + length])
        at += length
    return results


def _work() -> None:
    import typst

    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(font_paths=asked["fonts"])
    for job in asked["jobs"]:
        png = {"ppi": job["ppi"]} if job["format"] == "png" else {"timestamp": job["timestamp"]}
        made = typst.compile(
            job["source"].encode(), format=job["format"], font_paths=fonts, sys_inputs=job["inputs"], **png
        )
        sys.stdout.buffer.write(_LENGTH.pack(len(made)) + made)


if __name__ == "__main__":
    _work()
