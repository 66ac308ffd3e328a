"""Materials: each with words in three languages, in their letters, and no two alike."""

import re

from django.utils import translation

from tocsin.node.events.vocabulary.materials import grouped_materials, material, materials
from tocsin.node.language.proofreading import _FOREIGN


def test_every_material_is_worded_in_the_letters_of_its_language():
    for code, (en, ru, zh) in materials().items():
        assert re.search("[а-яё]", ru), code
        assert re.search("[\u4e00-\u9fff]", zh), code
        assert not _FOREIGN["ru"].search(ru), code
        assert not _FOREIGN["zh-hans"].search(zh), code
        assert len({en, ru, zh}) == 3


def test_no_two_materials_look_alike_and_codes_fit_their_field():
    for place in range(3):
        words = [tuple(names)[place] for names in materials().values()]
        assert len(set(words)) == len(words)
    assert max(map(len, materials())) <= 40


def test_a_code_of_a_later_release_stands_as_it_is():
    with translation.override("ru"):
        assert material("water") == "вода"
        assert material("moon_dust") == "moon_dust"
        assert [code for _group, said in grouped_materials() for code, _word in said] == list(materials())
