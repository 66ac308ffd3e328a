"""How a node connects to PostgreSQL: pages share a pool, commands and workers keep a connection of their own."""

import json
import os
import subprocess
import sys

import pytest

ASKED = """
import json
from tocsin.node import settings
known = settings.DATABASES["default"]
print(json.dumps([known["OPTIONS"].get("pool", {}), known["CONN_MAX_AGE"], known["OPTIONS"]["prepare_threshold"]]))
"""


@pytest.mark.parametrize(("web", "pooled", "kept"), [("1", True, 0), ("", False, 600)])
def test_only_the_processes_that_serve_pages_have_a_pool(tmp_path, web, pooled, kept):
    """A command says at once why PostgreSQL refuses; out of a pool one would only hear that there was no connection."""
    environment = {
        **os.environ, "TOCSIN_HOME": str(tmp_path), "TOCSIN_WEB": web,
        "DATABASE_URL": "postgresql://tocsin:secret@127.0.0.1:1/tocsin",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    pool, age, threshold = json.loads(done.stdout)
    assert bool(pool) is pooled
    assert age == kept
    assert threshold == 2
