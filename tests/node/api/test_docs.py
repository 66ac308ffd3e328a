"""docs/api.md: its commands are run as they stand there, by curl, against a server of the node."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone
from ninja import Schema
from tests.node.surveillance.screened import MONDAY
from tests.node.surveillance.tables_given import previewed, table

from tocsin.node.api import errors, once, paging, tokens
from tocsin.node.surveillance.api.counts import MOST_ROWS
from tocsin.node.surveillance.models import Signal, Thread, Upload

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
WEEK = table(
    [("2026-01-12", "Region 1", "District 11", "plague", 1), ("no day", "Region 1", "District 11", "plague", 1)]
    + [("2026-01-12", "Region 1", f"District 1{n}", "plague", n) for n in (2, 3)]
)


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ")
    return [command for command in re.split(r"\n(?=curl|export)", lines) if command.startswith("curl")]


def endpoints() -> set[tuple[str, str]]:
    """Method and path of each command, ids left open."""
    found = set()
    for command in commands():
        path = re.search(r'\$NODE/api/v1/([^"?]*)', command)[1]
        method = "POST" if re.search(r" (-d|-F|--data-binary) ", command) else "GET"
        found.add((method, re.sub(r"\$[A-Z]+", "{}", path)))
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_every_command_does_what_the_page_says(
    live_server, secret, lab, amina, source, diseases, places, work, tmp_path
):
    thread = Thread.objects.create(
        disease=diseases["plague"], place=places["XX-12"], first_period=MONDAY, last_period=MONDAY
    )
    upload = previewed(source, WEEK + b"\n", amina, work)
    (tmp_path / "week.csv").write_bytes(WEEK)
    own = {"NODE": live_server.url, "SOURCE": source.pk, "UPLOAD": upload.pk, "THREAD": thread.pk, "NEXT": ""}
    given = {**os.environ, **{name: str(value) for name, value in own.items()}}
    mine, theirs = secret(amina), secret(lab)
    answer = b""
    for command in commands():
        given["TOKEN"] = theirs if "laboratory" in command else mine
        if '"$NODE/api/v1/signals?limit=500&after' in command:
            given["NEXT"] = json.loads(answer)["next"]
        done = subprocess.run(["bash", "-c", command], env=given, cwd=tmp_path, capture_output=True, check=False)
        answer = done.stdout
        assert done.returncode == 0, (command, done.stderr, answer)
        assert answer.startswith((b"{", b"[", b"\xef\xbb\xbf"))
    assert len(commands()) == 23
    assert sorted(Upload.objects.values_list("file_name", "status")) == [
        ("week 2", "received"),
        ("week.csv", "received"),
        ("week.csv", "taking"),
    ]
    thread.refresh_from_db()
    assert thread.status == "triaged"
    assert Signal.objects.get().reference == "sample 4711"
    assert Signal.objects.get().found_at <= timezone.now()


def test_no_two_things_that_the_api_says_have_one_name():
    """The document of the API has one place a name: of two, one would be described as the other."""
    taken_apart = {"Asked", "Listed"}  # into parameters of the address, which have no name of their own there
    names = Counter(one.__name__ for one in said_by_the_api() if one.__name__ not in taken_apart)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(names) > 100


def said_by_the_api():
    left = [Schema]
    while left:
        left += (made := left.pop().__subclasses__())
        yield from (one for one in made if one.__module__.startswith("tocsin.node."))


def test_the_page_tells_of_endpoints_that_are_there(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    known = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1/")))
        for path, operations in paths.items()
        for method in operations
    }
    assert endpoints() - known == set()
    assert len(endpoints()) > 10


def test_the_page_tells_of_every_code_and_limit():
    sources = Path(errors.__file__).parent.rglob("*.py"), (Path(errors.__file__).parents[1]).glob("*/api/*.py")
    text = "".join(path.read_text(encoding="utf-8") for found in sources for path in found)
    codes = set(re.findall(r'Refusal\(\s*\d+, "(\w+)"', text)) | set(re.findall(r'Error\(code="(\w+)"', text))
    assert len(codes) > 15
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
    assert f"{tokens.CALLS} times a minute" in PAGE
    assert (tokens.WINDOW, paging.MOST, MOST_ROWS, once.KEPT.total_seconds()) == (60, 500, 10_000, 48 * 3600)
    assert "1 to 500" in PAGE
    assert "10,000 at most" in PAGE
    assert "48 hours" in PAGE
