"""Every command and worker of a node begins by loading it: what only some of their work needs is not loaded then."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.any_database  # on PostgreSQL its driver is loaded, as it should be

HEAVY = ("scipy", "polars", "numba", "deltalake", "pypinyin.phrases_dict", "psycopg", "docx")
LOADED = f"""
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.node.settings"
import django
django.setup()
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_a_node_that_starts_loads_nothing_that_only_some_of_its_work_needs():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
