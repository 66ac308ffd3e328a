"""A process stops at a window, whichever time it passes, for as long as whoever watches wants one to stop there."""

import os
import subprocess
import sys
import time

PASS_FOR_EVER = """
import time
from tocsin.node.work.windows import at
while True:
    at("exchange.here")
    time.sleep(0.01)
"""


def test_a_running_process_stops_when_its_window_is_taken_out_of_the_marker(tmp_path):
    marker = tmp_path / "marker"
    marker.write_text("exchange.here:* 0\n", encoding="utf-8")
    stopping = {"TOCSIN_STOP_AT": "exchange.here:*", "TOCSIN_STOP_MARKER": str(marker)}
    with subprocess.Popen([sys.executable, "-c", PASS_FOR_EVER], env=os.environ | stopping) as process:
        try:
            time.sleep(0.5)
            assert marker.read_text("utf-8") == "exchange.here:* 0\n", "it passed, many times"
            marker.write_text("", encoding="utf-8")
            until = time.monotonic() + 120
            while not (said := marker.read_text("utf-8")) and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(0.2)
            assert said == marker.read_text("utf-8") == f"exchange.here:* {process.pid}\n", "it stands there"
        finally:
            process.kill()
