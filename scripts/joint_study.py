"""Whole alliances that decide, help, consult and pass patients on at any time: many runs, and what held in each.

python -m scripts.joint_study [--runs 500]       writes docs/studies/joint.md, if nothing was found
"""

import argparse
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.exchange_study import SEED, commit, runs_of

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "docs" / "studies" / "joint.md"
HEAD = """# Acting together, at any time

Four nodes in memory with a network between them, whose people and machines act on joint objects: 30 steps each of
acts in any order, twice, late, by parties that are not entitled, to other readers than they should be; of owners that
leave out, include twice, say two things under one number, or name what does not exist; of comments that are erased;
of cut lines, lost and doubled messages, keys that are rotated or stolen, and clocks that are off by days
(`tests/joint/at_any_time.py`).

After every step, at every node: it knows a beginning of one history, of which nothing is taken back but what has
become void; whoever has the same documents has the same state. Once all is healed, all agree on every object, and of
honest owners every act has its place.

- **Decisions** (`tests/joint/test_alliance_decides.py`): none is adopted that a state objected to in time by the
  owner's order, or without a consent or an answered call of every state concerned.
- **Assistance** (`tests/joint/test_alliance_helps.py`): nothing is accepted beyond what was offered, nothing
  delivered beyond what was accepted.
- **Consultations** (`tests/joint/consultations/test_alliance_consults.py`): nobody signs for another, or without having
  the case; it is told how it went only after what was signed was read; who reads the case, and how far it is, comes out
  alike from a second judge that shares no code with the first.
- **Transfers** (`tests/joint/transfers/test_alliance_moves.py`): a patient leaves for a bed alone, and is handed over
  by both hospitals or by none; nothing is said of one who agrees no longer. Judged a second time as well.

| what | runs | minutes | what became of them |
|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    many = parser.parse_args().runs
    runs = {"TOCSIN_STATEFUL_RUNS": many}
    files = {
        "decisions": "tests/joint/test_alliance_decides.py",
        "assistance": "tests/joint/test_alliance_helps.py",
        "consultations": "tests/joint/consultations/test_alliance_consults.py",
        "transfers": "tests/joint/transfers/test_alliance_moves.py",
    }
    became = "all at rest, in agreement, and nothing of the above was broken"
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        rows = list(side_by_side.map(lambda one: runs_of(*one, runs, became=became), files.items()))
    made_by = f"Made by `python -m scripts.joint_study --runs {many}` at commit {commit()}, seed {SEED}.\n"
    said = [HEAD, "\n".join(rows), "\n\n", made_by]
    STUDY.write_text("".join(said), encoding="utf-8")
    print(f"Written: {STUDY.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
