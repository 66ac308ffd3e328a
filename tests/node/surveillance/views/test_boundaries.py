"""The boundary layer: shown to those who read surveillance, and in nothing that leaves the node."""

import io
import json
import os
import zipfile
from dataclasses import replace

import pytest
from django.conf import settings as node
from pypdf import PdfReader
from tests.node.surveillance.views.test_situation import figure

from tocsin.node.surveillance.pages.boundary_layer import LARGEST, BadLayer, check_layer, ids_of, layer

SQUARE = [[[0, 0], [0, 1.25], [1, 1], [0, 0]]]
SECRET = 61.803398


def feature(code: str, **given: object) -> dict[str, object]:
    return {
        "type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": SQUARE}, **given
    }  # fmt: skip


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


GOOD = collection(
    feature("XX-1", geometry={"type": "Polygon", "coordinates": [[[SECRET, 1], [2, 3], [4, 5]]]}), feature("XX-2")
)
TOPOLOGY = json.dumps(
    {
        "type": "Topology", "arcs": [[[0, 0], [1, 1]]],
        "objects": {
            "r": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]], "id": "XX-1"}]}
        },
    }
)  # fmt: skip


@pytest.fixture
def chosen(settings, tmp_path):
    """chosen(text): this node has chosen a layer with this text."""

    def choose(text: str, name: str = "regions.geojson", key: str = "code"):
        folder = tmp_path / "home" / "boundaries"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        settings.HOME = tmp_path / "home"
        settings.CONFIGURATION = replace(node.CONFIGURATION, boundaries=name, boundaries_key=key)
        return folder / name

    return choose


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [(GOOD, "regions.geojson", "application/geo+json"), (TOPOLOGY, "regions.json", "application/json")],
)
def test_it_is_served_as_what_it_is(browser, chosen, text, name, kind):
    chosen(text, name)
    answer = browser.get(f"/boundaries/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert b"".join(answer.streaming_content).decode() == text
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")


def test_only_to_those_who_read_surveillance(people, signed_in, client, chosen):
    chosen(GOOD)
    assert signed_in(people["clinician"]).get("/boundaries/regions.geojson").status_code == 403
    assert client.get("/boundaries/regions.geojson").status_code == 302


@pytest.mark.parametrize("name", ["other.geojson", "..%2Fnode.toml", "regions.geojson%00", "secret"])
def test_nothing_but_the_layer_is_served(browser, chosen, name):
    chosen(GOOD).with_name("other.geojson").write_text(GOOD)
    assert browser.get(f"/boundaries/{name}").status_code == 404


def test_without_a_layer_there_is_no_switch_and_nothing_to_fetch(browser, source):
    assert layer() is None
    assert "map=boundaries" not in browser.get("/").text
    assert browser.get("/boundaries/regions.geojson").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not well-formed JSON"),
        ("[]", "of type 'None'"),
        (json.dumps({"type": "Feature"}), "of type 'Feature'"),
        (collection(), "has no area"),
        (json.dumps({"type": "FeatureCollection", "features": {}}), "no list of features"),
        (collection({"type": "Place"}), "entry 1 of its features is not a Feature"),
        (collection(feature("A"), feature("B", geometry={"type": "Circle"})), "area 2 has a geometry of type 'Circle'"),
        (collection(feature("A", geometry={"type": "Polygon"})), "area 1 has no coordinates"),
        (collection(feature("A", geometry={"type": "Point", "coordinates": ["<b>", 1]})), "that is no number"),
        (collection(feature("A", properties=[1])), "properties of area 1 are no object"),
        (GOOD.replace("1.25", "NaN"), "NaN"),
        (json.dumps({"type": "Topology", "objects": {}}), "without objects or arcs"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_layer_is_refused_with_its_reason(browser, source, chosen, text, said):
    path = chosen(text)
    with pytest.raises(BadLayer, match=r"regions\.geojson") as refused:
        check_layer(path.parent, path.name, "code")
    assert said in str(refused.value)
    assert browser.get("/boundaries/regions.geojson").status_code == 404
    answer = browser.get("/?map=boundaries")
    assert answer.status_code == 200
    assert 'data-chart="boundaries"' not in answer.text


def test_a_file_that_is_too_large_is_not_read(chosen):
    path = chosen(GOOD)
    os.truncate(path, LARGEST + 1)
    with pytest.raises(BadLayer, match="at most 20 MB"):
        check_layer(path.parent, path.name, "code")


@pytest.mark.parametrize("name", ["../node.toml", "/etc/passwd", "..", "missing.geojson", ""])
def test_a_file_elsewhere_is_never_read(chosen, name):
    path = chosen(GOOD)
    path.parent.with_name("node.toml").write_text(GOOD)
    with pytest.raises(BadLayer):
        check_layer(path.parent, name, "code")


def test_a_link_out_of_the_folder_is_not_followed(chosen):
    path = chosen(GOOD)
    outside = path.parent.with_name("outside.geojson")
    outside.write_text(GOOD)
    path.with_name("link.geojson").symlink_to(outside)
    with pytest.raises(BadLayer, match="not the name of a file"):
        check_layer(path.parent, "link.geojson", "code")


def test_a_layer_that_is_replaced_is_read_anew(chosen):
    chosen(GOOD)
    assert layer().values == {"XX-1", "XX-2"}
    chosen(collection(feature("XX-3")))
    assert layer().values == {"XX-3"}


def test_places_are_found_by_their_codes_or_the_iso_code_of_a_state(chosen):
    from tocsin.node.alliances.reading import read_alliance

    chosen(collection(feature("KGZ"), feature("XX-1")))
    sco = read_alliance("sco")
    codes = {state.iso3: state.code for state in sco.states}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tocsin.node.surveillance.pages.boundary_layer.alliance", lambda: sco)
        assert ids_of(layer(), [codes["KGZ"], "XX-1", "XX-2"]) == {codes["KGZ"]: "KGZ", "XX-1": "XX-1"}


def test_the_map_can_be_switched_to_it_and_on_paper_there_are_tiles(browser, thread, chosen):
    chosen(GOOD)
    thread(place="XX-11")
    assert "map=boundaries" in browser.get("/").text
    answer = browser.get("/?map=boundaries")
    made = figure(answer, "map")
    assert (made["url"], made["key"]) == ("/boundaries/regions.geojson", "code")
    assert [(cell["id"], cell["value"]) for cell in made["cells"]] == [("XX-1", 1), ("XX-2", 0)]
    drawn = answer.text[answer.text.index("map-on-paper") :]
    assert "<title>Region 1: 1 open thread</title>" in drawn[: drawn.index("</div>")]
    before = answer.text[: answer.text.index('data-chart="boundaries"')]
    assert before.rindex("screen-only") > before.rindex("<div")


def test_it_is_in_no_document_no_report_and_no_export(browser, thread, chosen):
    """A coordinate that stands in the layer alone is looked for in everything that leaves the node."""
    chosen(GOOD)
    thread(place="XX-11")
    leaving = {}
    for address in ("report.docx", "report.pdf", "threads.csv", "threads.xlsx", "late.csv"):
        answer = browser.get(f"/situation/{address}?map=boundaries")
        leaving[address] = b"".join(answer.streaming_content) if answer.streaming else answer.content
    leaving["page"] = browser.get("/?map=boundaries").content
    for address in ("report.docx", "threads.xlsx"):
        with zipfile.ZipFile(io.BytesIO(leaving[address])) as parts:
            leaving[address] = b"".join(parts.read(name) for name in parts.namelist())
    leaving["report.pdf"] = "".join(
        page.extract_text() + page.get_contents().get_data().decode("latin-1")
        for page in PdfReader(io.BytesIO(leaving["report.pdf"])).pages
    ).encode()
    for name, content in leaving.items():
        assert b"61.803" not in content, name
        assert b"regions.geojson" not in content or name == "page"
