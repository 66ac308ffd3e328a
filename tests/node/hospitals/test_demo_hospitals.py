"""The hospitals of the demonstration are where the exercise alliance has places."""

from scripts.demo_hospitals import HOSPITALS, _town

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliances.reading import read_alliance


def test_each_hospital_stands_in_a_place_of_its_own_state():
    states = {one.code: {place.code: place for place in one.places} for one in read_alliance("exercise").seats}
    for state, (_zone, _language, hospitals) in HOSPITALS.items():
        assert hospitals, state
        for address, place, _names, _clinicians in hospitals:
            assert states[state][place].kind in ("region", "district"), address


def test_a_town_is_called_as_in_the_alliances_file():
    assert here().code == "AL"
    assert _town("AL-0803") == {"en": "Karsu", "ru": "Карсу", "zh": "卡尔苏"}
