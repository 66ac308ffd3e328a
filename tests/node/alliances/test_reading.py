"""The alliances that come with Tocsin, and what is refused in a file of one's own."""

import csv
import re
import tomllib
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from tocsin.node.alliances.reading import FOLDER, AllianceFile, DataFileError, read_alliance

# As the Organisation lists them: Беларусь, Индия, Иран, Казахстан, Китай, Кыргызстан, Пакистан, …
MEMBERS = ["BY", "IN", "IR", "KZ", "CN", "KG", "PK", "RU", "TJ", "UZ"]
RUSSIAN_LETTERS = re.compile(r"[А-ЯЁа-яё «»()-]+")
CHINESE_CHARACTERS = re.compile(r"[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def sco() -> AllianceFile:
    return read_alliance("sco")


@pytest.fixture(scope="module")
def exercise() -> AllianceFile:
    return read_alliance("exercise")


@pytest.fixture
def broken(tmp_path):
    """Write a small alliance with one passage replaced, and return its path."""

    def write(old: str, new: str) -> Path:
        assert old in SMALL
        path = tmp_path / "own.toml"
        path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
        return path

    return write


SMALL = """
code = "own"
name = { en = "Own", ru = "Свой", zh = "自有" }
official_languages = ["ru", "zh-hans"]
exercise = true

[[states]]
code = "QA"
order = 2
tier = "member"
name = { en = "Republic of Quava", ru = "Республика Квава", zh = "夸瓦共和国" }
short = { en = "Quava", ru = "Квава", zh = "夸瓦" }
tile = [0, 0]
time_zone = "Etc/GMT-5"
languages = ["ru"]
neighbours = ["QB"]
places = [
  { code = "QA-1", kind = "region", name = { en = "A", ru = "А", zh = "甲" }, population = 30, tile = [0, 0] },
  { code = "QA-11", parent = "QA-1", kind = "district", name = { en = "B", ru = "Б", zh = "乙" }, population = 10, tile = [0, 0], neighbours = ["QA-12"] },
  { code = "QA-12", parent = "QA-1", kind = "district", name = { en = "C", ru = "В", zh = "丙" }, population = 20, tile = [0, 1], neighbours = ["QA-11"] },
  { code = "QA-12-X", parent = "QA-12", kind = "point_of_entry", name = { en = "D", ru = "Г", zh = "丁" }, tile = [0, 1] },
]

[[states]]
code = "QB"
order = 1
tier = "guest"
name = { en = "Kingdom of Quebo", ru = "Королевство Квебо", zh = "魁博王国" }
short = { en = "Quebo", ru = "Квебо", zh = "魁博" }
tile = [0, 1]
time_zone = "Etc/GMT-6"
languages = ["en"]
neighbours = ["QA"]
"""  # noqa: E501


def test_the_organisation_has_its_members_in_its_order_and_seventeen_partners(sco):
    assert (sco.code, sco.exercise, sco.official_languages) == ("sco", False, ("ru", "zh-hans"))
    assert [s.code for s in sco.states if s.tier == "member"] == MEMBERS
    assert [s.code for s in sco.states[:10]] == MEMBERS
    assert sum(s.tier == "partner" for s in sco.states) == 17
    assert len(sco.states) == 27
    assert not any(s.places for s in sco.states)


@pytest.mark.parametrize("name", ["sco", "exercise"])
def test_states_of_a_tier_stand_in_the_order_of_the_russian_alphabet(name):
    states = read_alliance(name).states
    for tier in ("member", "partner", "guest"):
        # The Emirates stand under О, with their full name, as the Organisation lists them.
        listed = [(s.name if s.code == "AE" else s.short).ru for s in states if s.tier == tier]
        assert listed == sorted(listed)
    assert [s.order for s in states] == list(range(1, len(states) + 1))


def test_names_are_the_official_ones_in_three_scripts(sco):
    kyrgyzstan = sco.state("KG")
    assert tuple(kyrgyzstan.name) == ("Kyrgyz Republic", "Кыргызская Республика", "吉尔吉斯共和国")
    assert tuple(kyrgyzstan.short) == ("Kyrgyzstan", "Кыргызстан", "吉尔吉斯斯坦")
    assert kyrgyzstan.iso3 == "KGZ"
    assert kyrgyzstan.short.in_language("zh-hans") == "吉尔吉斯斯坦"
    assert kyrgyzstan.short.in_language("fr") == "Kyrgyzstan"
    with pytest.raises(KeyError, match="XX"):
        sco.state("XX")


@pytest.mark.parametrize("name", ["sco", "exercise"])
def test_every_name_is_written_in_its_script(name):
    alliance = read_alliance(name)
    named = [n for s in alliance.states for n in (s.name, s.short, *(p.name for p in s.places))]
    for names in (alliance.name, *named):
        assert names.en.replace("ü", "u").isascii(), names
        assert RUSSIAN_LETTERS.fullmatch(names.ru), names
        assert CHINESE_CHARACTERS.fullmatch(names.zh), names


def test_neighbours_of_the_organisation_share_a_land_border(sco, shared):
    by_name = {s.short.en: s.code for s in sco.states} | {"Turkey": "TR"}
    borders = set()
    with (shared / "data" / "p6_land_borders_world.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["name_a"] in by_name and row["name_b"] in by_name:
                borders.add(frozenset((by_name[row["name_a"]], by_name[row["name_b"]])))
    assert {frozenset((s.code, n)) for s in sco.states for n in s.neighbours} == borders


def test_altania_has_regions_districts_and_the_crossing_at_karsu(exercise):
    altania = exercise.state("AL")
    kinds = [p.kind for p in altania.places]
    assert (kinds.count("region"), kinds.count("district")) == (8, 60)
    karsu = next(p for p in altania.places if tuple(p.name) == ("Karsu", "Карсу", "卡尔苏"))
    crossing = next(p for p in altania.places if p.parent == karsu.code)
    assert (karsu.kind, crossing.kind, crossing.population) == ("district", "point_of_entry", None)
    assert crossing.neighbours[0].startswith("BO-")
    assert "Карсу" in " ".join(karsu.aliases)
    # Thresholds differ below 30,000 people, so a demonstration needs districts of both sizes.
    sizes = [p.population < 30_000 for p in altania.places if p.kind == "district"]
    assert 0 < sum(sizes) < len(sizes)


def test_every_state_of_the_exercise_is_invented_and_has_regions(exercise):
    assert len(exercise.states) == 9
    assert {s.tier for s in exercise.states} == {"member", "partner", "guest"}
    for state in exercise.states:
        assert state.iso3 is None
        assert sum(p.kind == "region" for p in state.places) >= 3
        assert state.population == sum(p.population for p in state.places if p.kind == "region")


def test_no_name_of_the_exercise_means_two_places(exercise):
    meant: dict[str, str] = {}
    for place in (p for s in exercise.states for p in s.places):
        for name in (*place.name, *place.aliases):
            assert meant.setdefault(name, place.code) == place.code


def test_places_of_the_exercise_that_touch_are_neighbours(exercise):
    for state in exercise.states:
        for kind in ("region", "district"):
            at = {p.tile: p for p in state.places if p.kind == kind}
            for (row, column), place in at.items():
                around = [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)]
                assert set(place.neighbours) == {at[t].code for t in around if t in at}


def test_states_are_listed_by_their_order_and_nothing_changes_them(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8")
    own = read_alliance(path)
    assert [s.code for s in own.states] == ["QB", "QA"]
    assert own.state("QB").population is None
    assert own.state("QA").population == 30
    with pytest.raises(FrozenInstanceError):
        own.states[0].tier = "member"


@pytest.mark.parametrize(
    ("old", "new", "where", "rule"),
    [
        ('tier = "guest"', 'tier = "observer"', "state QB", "one of guest, member, partner"),
        ("order = 1", "order = 2", "state QB", "no two may share it"),
        ("tile = [0, 1]\ntime_zone", "tile = [0, 0]\ntime_zone", "state QB", "tile is (0, 0), as of state QA"),
        ("tile = [0, 1]\ntime_zone", "tile = [0, -1]\ntime_zone", "state QB", "[row, column]"),
        ('code = "QB"', 'code = "QA"', "state QA", "code is 'QA'"),
        ('code = "QB"', 'code = "Q"', "state Q", "two capital letters"),
        ('neighbours = ["QA"]', "neighbours = []", "state QA", "state QB does not have QA"),
        ('neighbours = ["QA"]', 'neighbours = ["QC"]', "state QA", "does not have QA"),
        ('neighbours = ["QB"]', 'neighbours = ["QC"]', "state QA", "must be the code of another state"),
        ('"Etc/GMT-6"', '"Mars/Olympus"', "state QB", "IANA"),
        ('"Etc/GMT-6"', '"../etc/passwd"', "state QB", "IANA"),
        ('languages = ["en"]', 'languages = ["fr"]', "state QB", "en, ru, zh-hans"),
        (', zh = "魁博" }', " }", "state QB, short", "zh is missing"),
        ('ru = "Квебо"', 'ru = " "', "state QB, short", "not empty"),
        (
            'short = { en = "Quebo", ru = "Квебо", zh = "魁博" }',
            'short = "Quebo"',
            "state QB",
            "table of en, ru and zh",
        ),
        ('tier = "guest"', 'tier = "guest"\niso3 = "QBO"', "state QB", "an invented state has none"),
        ("exercise = true", "exercise = false", "state QA", "iso3 is missing"),
        ("exercise = true", 'exercise = "yes"', "the file", "true or false"),
        ('tier = "guest"', 'tier = "guest"\ncapital = "Q"', "state QB", "unknown field capital"),
        ("population = 30", "population = 31", "place QA-1", "together is 30"),
        ("population = 10", "population = 0", "place QA-11", "at least 1"),
        ('parent = "QA-12", ', "", "place QA-12-X", "must be a region or district of state QA"),
        (
            'parent = "QA-1", kind = "district"',
            'parent = "QA-12", kind = "district"',
            "place QA-11",
            "must be a region",
        ),
        ('"QA-1", kind = "region"', '"QA-1", parent = "QA-11", kind = "region"', "place QA-1", "a region has none"),
        ('code = "QA-12-X"', 'code = "QB-12-X"', "place QB-12-X", "must start with QA-"),
        ('neighbours = ["QA-11"]', "neighbours = []", "place QA-11", "place QA-12 does not have QA-11"),
        ("tile = [0, 1], neighbours", "tile = [0, 0], neighbours", "place QA-12", "tile is (0, 0)"),
    ],
)
def test_a_refusal_names_the_file_the_entry_and_the_rule(broken, old, new, where, rule):
    with pytest.raises(DataFileError) as refusal:
        read_alliance(broken(old, new))
    message = str(refusal.value)
    assert message.startswith(f"own.toml, {where}: ")
    assert rule in message


def test_what_is_no_alliance_file_is_refused_in_words(tmp_path):
    with pytest.raises(DataFileError, match="no alliance 'atlantis'; known are exercise, sco"):
        read_alliance("atlantis")
    with pytest.raises(DataFileError, match=r"gone\.toml: cannot be read"):
        read_alliance(tmp_path / "gone.toml")
    (tmp_path / "not.toml").write_text("a = = 1", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"not\.toml: is not TOML"):
        read_alliance(tmp_path / "not.toml")
    (tmp_path / "bytes.toml").write_bytes(b'code = "\xff"')
    with pytest.raises(DataFileError, match="save it as UTF-8"):
        read_alliance(tmp_path / "bytes.toml")
    (tmp_path / "empty.toml").write_text("exercise = true", encoding="utf-8")
    with pytest.raises(DataFileError, match="at least one state"):
        read_alliance(tmp_path / "empty.toml")


def test_no_real_state_is_in_the_exercise(sco):
    invented = tomllib.loads((FOLDER / "exercise.toml").read_text(encoding="utf-8"))["states"]
    real = {name for s in sco.states for name in (*s.name, *s.short)}
    assert not real & {name for s in invented for name in (*s["name"].values(), *s["short"].values())}
