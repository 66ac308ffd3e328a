"""The page and the code say the same of the file's form and its codes."""

import json
import re
from pathlib import Path

from tocsin.joint.sealed.faults import CODES
from tocsin.joint.sealed.form import DOCUMENT, MANIFEST, MEMBERS, PLACE

PAGE = (Path(__file__).parents[3] / "docs" / "sealed-decisions.md").read_text(encoding="utf-8")


def test_every_code_is_on_the_page_with_its_meaning():
    assert dict(re.findall(r"^\| `([a-z-]+)` \| ([A-Z].*\.) \|$", PAGE, re.M)) == CODES


def test_every_member_is_on_the_page_and_in_the_file(data):
    said = json.loads(data)
    assert said.keys() == MEMBERS.keys()
    assert said["documents"][0].keys() == DOCUMENT.keys()
    assert said["documents"][0]["from"].keys() == PLACE.keys()
    assert said["manifests"][0].keys() == MANIFEST.keys()
    form = PAGE.split("## The form")[1].split("## ")[0]
    for name in (*MEMBERS, *DOCUMENT, *PLACE, *MANIFEST):
        assert f'"{name}"' in form or f"`{name}`" in form
