"""Places: found in three scripts, changed, imported whole or not at all."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.models import Place, PlaceAlias

LIST = "code,parent,kind,name_en,name_ru,name_zh,population,tile_row,tile_column,aliases\n"


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def names(answer) -> list[str]:
    return re.findall(r'data-open href="[^"]*">([^<]*)</a>', answer.text)


@pytest.mark.parametrize("query", ["district 11", "район 11", "11县", "XX-11"])
def test_a_place_is_found_in_any_script_and_by_its_code(browser, places, query):
    if query == "XX-11":
        edited = {"name_en": "District 11", "name_ru": "Район 11", "name_zh": "第11县", "population": 300_001}
        browser.post(reverse("edit_place", args=[places["XX-11"].pk]), edited)
    page = browser.get(reverse("places"), {"q": query})
    assert title(page) == "1 place found"
    assert names(page) == ["District 11"]


def test_the_tree_is_walked_a_level_at_a_time(browser, places):
    top = browser.get(reverse("places"))
    assert (title(top), names(top)) == ("9 places are known", ["Testland"])
    inside = browser.get(reverse("places"), {"inside": "XX-1"})
    assert title(inside) == "Region 1: 3 places inside"
    assert names(inside) == ["District 11", "District 12", "District 13"]
    assert names(browser.get(reverse("places"), {"inside": "XX-1", "kind": "district"})) == names(inside)


def test_names_sort_as_the_language_of_the_reader_does(person, signed_in, places):
    from tocsin.node.surveillance.actions.setting_up import add_place

    add_place(code="XX-3", kind="region", parent=places["XX"], names=("Zeta", "Абай", "阿拜"))
    english = signed_in(person("epidemiologist", name="E"))
    russian = signed_in(person("epidemiologist", name="R", language="ru"))
    assert names(english.get(reverse("places"), {"inside": "XX"}))[-1] == "Zeta"
    assert names(russian.get(reverse("places"), {"inside": "XX"}))[0] == "Zeta"


def test_a_place_is_added_and_known_to_tables_at_once(browser, places, amina):
    given = {
        "code": "XX-14", "kind": "district", "parent": places["XX-1"].pk, "name_en": "Fourth", "name_ru": "Четвёртый",
        "name_zh": "", "population": 5000, "neighbours_text": "XX-11, XX-12",
    }  # fmt: skip
    page = browser.post(reverse("new_place"), given, follow=True)
    made = Place.objects.get(code="XX-14")
    assert title(page) == "Fourth: 5,000 people"
    assert made.path == f"{places['XX-1'].path}{made.pk}/"
    assert set(made.neighbours.all()) == {places["XX-11"], places["XX-12"]}
    assert PlaceAlias.objects.filter(place=made, within=places["XX-1"]).count() >= 2
    assert AuditEntry.objects.get(act="place.added").by == amina
    again = browser.post(reverse("new_place"), given)
    assert again.status_code == 422
    assert 'value="Fourth"' in again.text


def test_other_names_are_found_and_the_old_ones_stay_known(browser, places):
    place = places["XX-11"]
    given = {
        "name_en": "Karsu",
        "name_ru": "Карсу",
        "name_zh": "卡尔苏",
        "population": 310_000,
        "neighbours_text": "XX-12",
    }
    page = browser.post(reverse("edit_place", args=[place.pk]), given, follow=True)
    assert title(page) == "Karsu: 310,000 people"
    assert names(browser.get(reverse("places"), {"q": "karsu"})) == ["Karsu"]
    known = set(PlaceAlias.objects.filter(place=place).values_list("name", flat=True))
    assert {"Karsu", "Карсу", "卡尔苏", "District 11"} <= known
    assert AuditEntry.objects.get(act="place.changed").details["name_en"] == "District 11 → Karsu"
    wrong = browser.post(reverse("edit_place", args=[place.pk]), {**given, "neighbours_text": "XX-99"})
    assert "There is no place with the code “XX-99”." in wrong.text


def test_a_name_means_one_place_beside_its_neighbours(browser, places):
    def add(code, name):
        return browser.post(reverse("add_place_alias", args=[places[code].pk]), {"name": name}, follow=True)

    assert "Old Town" in add("XX-11", "Old Town").text
    assert names(browser.get(reverse("places"), {"q": "old town"})) == ["District 11"]
    refused = add("XX-12", "old town")
    assert refused.status_code == 422
    assert "“old town” means District 11 (XX-11) already." in refused.text
    assert add("XX-21", "old town").status_code == 200  # in another region there may be one too
    alias = PlaceAlias.objects.get(place=places["XX-11"], name="Old Town")
    browser.post(reverse("remove_place_alias", args=[places["XX-12"].pk, alias.pk]))
    assert PlaceAlias.objects.filter(pk=alias.pk).exists()
    browser.post(reverse("remove_place_alias", args=[places["XX-11"].pk, alias.pk]))
    assert names(browser.get(reverse("places"), {"q": "old town"})) == ["District 21"]
    assert not PlaceAlias.objects.filter(pk=alias.pk).exists()


def send(browser, text):
    return browser.post(reverse("import_places"), {"file": SimpleUploadedFile("places.csv", text.encode())})


def test_a_list_is_shown_then_taken(browser, places):
    text = LIST + (
        "XX-3,XX,region,Third,Третья,第三,70000,1,3,\n"
        "XX-31,XX-3,district,Thirty-one,,,9000,,,Thirtyone|31st\n"
        "XX-11,XX-1,district,Karsu,Карсу,,310000,,,Kartown\n"
    )
    shown = send(browser, text)
    assert title(shown) == "3 places, ready to be taken"
    assert "new here: 2" in shown.text
    assert not Place.objects.filter(code="XX-3").exists()
    done = browser.post(reverse("import_places"), {"list": text, "confirmed": "1"}, follow=True)
    assert "Places added: 2; changed: 1." in done.text
    made = Place.objects.get(code="XX-31")
    assert (made.parent.code, made.population, made.depth) == ("XX-3", 9000, 2)
    assert names(browser.get(reverse("places"), {"q": "thirtyone"})) == ["Thirty-one"]
    assert names(browser.get(reverse("places"), {"q": "kartown"})) == ["Karsu"]
    assert AuditEntry.objects.get(act="places.imported").details == {"added": 2, "changed": 1}


def test_one_bad_row_and_nothing_of_the_list_is_taken(browser, places):
    text = LIST + (
        "XX-3,XX,region,Third,,,,,,\n"
        "XX-4,nowhere,region,Fourth,,,,,,\n"
        "XX-3,XX,region,Again,,,,,,\n"
        "XX-5,XX,planet,<b>Fifth</b>,,,-1,2,,\n"
        "XX-11,XX-2,district,Moved,,,,,,\n"
    )
    page = send(browser, text)
    assert page.status_code == 422
    assert title(page) == "6 problems: none of it was taken"
    for sentence in (
        "There is no such place, neither here nor above in the list.", "This code stands in the list already.",
        "The kind is one of:", "This is not a whole number", "Row and column of the tile map go together.",
        "a list does not move places",
    ):  # fmt: skip
        assert sentence in page.text
    forced = browser.post(reverse("import_places"), {"list": text, "confirmed": "1"})
    assert forced.status_code == 422
    assert not Place.objects.filter(code="XX-3").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"code;name\n1;2\n", "The list lacks the column “parent”"),
        (LIST.encode(), "The list holds no place"),
        ("code,parent\nй".encode("cp1251"), "The list is not in UTF-8"),
        (b"", "The submitted file is empty"),
    ],
)
def test_what_is_no_list_is_explained(browser, places, content, sentence):
    page = browser.post(reverse("import_places"), {"file": SimpleUploadedFile("places.csv", content)})
    assert sentence in page.text


def test_an_export_can_be_imported_again(browser, places):
    said = b"".join(browser.get(reverse("places_export", args=["csv"])).streaming_content).decode("utf-8-sig")
    assert said.splitlines()[0] == "code,inside,kind,name in English,name in Russian,name in Chinese," + (
        "population,row in the tile map,column in the tile map"
    )
    assert len(said.splitlines()) == 10
    # The headings of people are put back into those of programs.
    text = LIST.replace(",aliases", "") + said.partition("\n")[2]
    assert title(send(browser, text)) == "9 places, ready to be taken"


def test_who_reads_may_not_change(person, signed_in, places):
    reader = signed_in(person("duty_officer"))
    assert reader.get(reverse("place", args=[places["XX"].pk])).status_code == 200
    assert "Add a place" not in reader.get(reverse("places")).text
    for name, args in (("new_place", ()), ("import_places", ()), ("edit_place", (places["XX"].pk,))):
        assert reader.get(reverse(name, args=args)).status_code == 403
    assert signed_in(person("laboratory")).get(reverse("places")).status_code == 403


def test_the_list_asks_a_constant_number_of_queries(browser, places):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("places"), {"q": "district"})
            browser.get(reverse("place", args=[places["XX-1"].pk]))
        return len(asked)

    few = queries()
    from tocsin.node.surveillance.actions.setting_up import add_place

    for n in range(30):
        add_place(code=f"XX-1{n}x", kind="district", parent=places["XX-1"], names=(f"District x{n}", "", ""))
    assert queries() == few
