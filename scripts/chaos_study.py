"""The chaos study: four nodes as they are run, under load, killed from outside at every window of the exchange.

Their lines are cut, their disks filled, keys rotated, and one is put back from a copy. Then nothing that was accepted
may be lost, or taken twice as new.

    python scripts/chaos_study.py --write                  300 kills; the figures go into docs/reliability.md
    python scripts/chaos_study.py --kills 20 --least 1     a short one
    python scripts/chaos_study.py --sabotage AL            with a node that is broken on purpose: must fail

Needs root, for namespaces and disks. The folder of a study stays, with journals and logs, unless nothing was wrong.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.chaos import figures  # noqa: E402
from scripts.chaos.network import why_not  # noqa: E402
from scripts.chaos.study import Asked, Found, study  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--least", type=int, default=5, help="kills at each window")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=75, help="end after so long, whatever was reached")
    parser.add_argument("--no-acts", action="store_true", help="rotate no key and put no node back")
    parser.add_argument("--calm", type=float, default=4, help="seconds at most between two kills at a node")
    parser.add_argument("--sabotage", default="", metavar="NODE")
    parser.add_argument("--folder", type=Path, help="a new folder for the nodes and their logs")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if reason := why_not():
        raise SystemExit(f"The study cannot be done here: {reason}")
    folder = given.folder or Path(tempfile.mkdtemp(prefix="chaos-")) / "study"
    asked = Asked(
        given.seed,
        given.kills,
        given.least,
        given.minutes,
        acts=not given.no_acts,
        sabotaged=given.sabotage,
        calm=given.calm,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))  # so that namespaces and disks go
    found = study(folder.absolute(), asked, _say)
    (folder / "found.json").write_text(json.dumps(vars(found), indent=1, default=str), "utf-8")
    text = figures.told(found, made_by=_made_by(found))
    print(text)
    _judge(found, folder)
    if given.write:
        figures.write(PAGE, text)
        print(f"Written: {PAGE.relative_to(ROOT)}")
    if given.folder is None:
        shutil.rmtree(folder.parent)


def _judge(found: Found, folder: Path) -> None:
    for fault in found.faults[:50]:
        print(fault)
    if found.faults:
        raise SystemExit(f"{len(found.faults)} faults; seed {found.asked.seed}; journals and logs are in {folder}")
    hits = {window: sum(one["window"] == window for one in found.kills) for window in figures.WINDOWS}
    if len(found.kills) < found.asked.kills or min(hits.values()) < found.asked.least:
        raise SystemExit(f"Nothing was wrong, but the time was over after {len(found.kills)} kills: {hits}")


def _made_by(found: Found) -> str:
    asked = found.asked
    command = f"scripts/chaos_study.py --kills {asked.kills} --least {asked.least} --seed {asked.seed}"
    return (
        f"Made by `{command}` at commit {_commit()} on {datetime.now(UTC):%Y-%m-%d}, in {found.minutes:.0f} minutes on "
        f"{os.cpu_count()} cores, {figures.versions()}. The seed mixes what is killed, cut and written; what meets "
        "what is left to the machine."
    )


def _commit() -> str:
    """Of the tree this runs in, or as the file COMMIT of a copy says."""
    if (ROOT / "COMMIT").exists():
        return (ROOT / "COMMIT").read_text("ascii").strip()

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    changed = git("diff", "--quiet", "HEAD", "--", "src", "scripts").returncode
    return git("rev-parse", "--short=12", "HEAD").stdout.strip() + (", with changes not committed" if changed else "")


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


if __name__ == "__main__":
    main()
