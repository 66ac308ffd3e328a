"""A diagnosis is read in the reader's language, and what its author wrote is never lost."""

import pytest
from django.utils import translation
from tests.node.consultations.draft_scenes import FOUND

from tocsin.node.consultations.pages.patient import facts_of

pytestmark = pytest.mark.django_db


def read(language: str, code: str, display: str, system: str = "icd11") -> str:
    diagnosis = {"system": system, "code": code, "display": display, "certainty": "suspected"}
    with translation.override(language):
        [(_code, name, _sure)] = facts_of(FOUND | {"diagnoses": [diagnosis]}).diagnoses
    return name


@pytest.mark.parametrize(("language", "name"), [("en", "cholera"), ("ru", "холера"), ("zh-hans", "霍乱")])
@pytest.mark.parametrize("written", ["холера", "Cholera"])
def test_a_code_of_the_short_list_has_its_name_in_every_language(language, name, written):
    assert read(language, "1A00", written).casefold() == name


def test_what_the_author_says_beyond_the_code_stays_beside_its_name():
    assert read("zh-hans", "1A00", "холера, Эль-Тор") == "霍乱 (холера, Эль-Тор)"


def test_any_other_code_keeps_the_authors_words():
    assert read("zh-hans", "ZZ99", "нечто") == "нечто"
