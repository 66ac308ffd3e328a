"""The table of threats names tests that exist, and names something of every file that tries one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = ROOT / "tests" / "exchange" / "threats"
PAGE = (ROOT / "docs" / "exchange-threats.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "`test" in line]
SECTIONS = set(re.findall(r"^## ([0-9]+)\.", (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8"), flags=re.M))


@cache
def defined_in(path: Path) -> set[str]:
    """The tests of a file: functions, classes, and names that a class is given by assignment."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def named_in(cell: str) -> list[tuple[Path, str]]:
    """Files and tests that a cell names; a name alone is of the file named before it, a file alone stands for all."""
    named: list[tuple[Path, str]] = []
    path = HERE
    for text in re.findall(r"`([^`]+)`", cell):
        file, _, test = text.rpartition("::")
        if text.endswith(".py"):
            file, test = text, ""
        if file:
            path = ROOT / file if "/" in file else HERE / file
        named.append((path, test))
    return named


@pytest.mark.parametrize(("threat", "met_by", "shown_by"), ROWS, ids=[row[0] for row in ROWS])
def test_a_threat_is_met_by_a_section_and_shown_by_tests_that_exist(threat, met_by, shown_by):
    for section in re.findall(r"[0-9]+", met_by.rpartition(": ")[2]):
        assert section in SECTIONS, f"docs/exchange.md has no section {section}"
    named = named_in(shown_by)
    assert named
    for path, test in named:
        assert path.is_file(), path
        assert not test or (test.lower().startswith("test") and test in defined_in(path)), f"{path.name} has no {test}"


def test_every_file_of_threats_is_named():
    named = {path for row in ROWS for path, _ in named_in(row[2])}
    assert not {path.name for path in HERE.glob("test_*.py")} - {path.name for path in named}


def test_every_row_of_the_table_is_read():
    """A row of another form would be looked past by all of the above."""
    table = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(table) == len(ROWS) + 2
    assert all(len(row) == 3 for row in ROWS)
