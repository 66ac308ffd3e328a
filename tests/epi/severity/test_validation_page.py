"""The page says what its script computes; the simulated tables, which take a minute, are left to whoever runs it."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script():
    """The module of scripts/, which imports another."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import validation_severity

    yield validation_severity
    sys.path.remove(str(ROOT / "scripts"))
    for name in ("page_tables", "validation_severity"):
        del sys.modules[name]


def block(page: str, name: str) -> str:
    return sys.modules["page_tables"].block(page, name)


@pytest.mark.parametrize("name", ["reference", "china", "mers", "mers_ages", "h7n9", "dengue", "early", "line_list"])
def test_the_page_says_what_the_code_computes(shared, script, name):
    text = "\n".join(script.TABLES[name](shared)) + "\n"
    if name == "reference":  # how far below 1e-12 a difference lies depends on the machine
        assert text.count("the same") == 9
        assert block(script.PAGE.read_text(encoding="utf-8"), name).count("the same") == 9
        return
    assert block(script.PAGE.read_text(encoding="utf-8"), name).strip() == text.strip()


def test_every_table_has_its_place(script):
    page = script.PAGE.read_text(encoding="utf-8")
    for name in script.TABLES:
        assert block(page, name).count("\n|") > 3, name
