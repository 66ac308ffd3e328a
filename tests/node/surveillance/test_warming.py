"""The engine is loaded in the background, and what goes wrong there stops nothing."""

import gc
import subprocess
import sys

from tocsin.node.surveillance.runs import warming

ASK = """
import sys
from tocsin.node.surveillance.runs.warming import warm
before = "numba" in sys.modules
warm()
from tocsin.epi.detect import farrington_regression
print(before, "numba" in sys.modules, len(farrington_regression._regress_chunk.signatures) > 0)
"""


def test_a_warm_process_has_the_engine_and_its_compiled_code():
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


def test_an_engine_that_cannot_be_loaded_is_logged_and_no_more(monkeypatch, caplog):
    monkeypatch.setattr(warming, "_screen", lambda: 1 / 0)
    warming.warm()
    assert "will take longer" in caplog.text


def test_what_is_loaded_for_good_is_no_longer_looked_through(monkeypatch):
    monkeypatch.setattr(warming, "_screen", lambda: None)
    monkeypatch.setattr(warming, "AFTER", 0.0)
    gc.unfreeze()  # what the tests themselves keep
    warming.warm_later(1).join(120)
    assert gc.get_freeze_count() > 10_000


def test_processes_load_it_one_after_the_other():
    timers = [warming.warm_later(number) for number in (1, 2)]
    for timer in timers:
        timer.cancel()
    assert timers[1].interval - timers[0].interval == warming.APART
    assert all(timer.daemon for timer in timers)
