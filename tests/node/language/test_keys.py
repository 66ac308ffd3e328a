"""Names found and ordered alike on every database."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.language.keys import SORT_KEY_LENGTH, matches, search_key, sort_key, words

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("北京", ["北京", "beijing", "bj", "Bei Jing", "BEIJING"]),
        ("重庆市", ["重庆", "chongqing", "cqs"]),
        ("吕梁", ["lvliang", "luliang", "Lüliang"]),
        ("第2医院", ["第2", "di2yiyuan", "d2yy", "第２"]),
        ("Карсу", ["карсу", "КАРСУ", "karsu", "Karsu", "арс"]),
        ("Ёлкино", ["ёлкино", "Елкино", "ЕЛКИНО", "elkino", "yelkino"]),
        ("Хабаровск", ["khabarovsk", "хабар"]),
        ("Щёлково", ["shchelkovo", "щелково"]),
        ("Қарағанды", ["Караганды", "қарағанды", "karagandy"]),
        ("Нур-Султан", ["нур султан", "султан-нур", "nur-sultan"]),
        ("Almatý", ["almaty", "ALMATÝ"]),
        ("Oʻzbekiston", ["ozbekiston", "o'zbekiston"]),
        ("Xi'an", ["xian", "Xi’an"]),
        ("Straße", ["STRASSE"]),
        ("كابل", ["کابل"]),
        ("दिल्ली", ["दिल्ली"]),
        ("ﬁeld hospital №5", ["FIELD", "5"]),
    ],
)
def test_a_name_is_found_as_people_type_it(name, queries):
    key = search_key(name)
    assert [query for query in queries if not matches(query, key)] == []


@pytest.mark.parametrize(
    ("name", "query"),
    [("重庆", "zhongqing"), ("Майский", "маиский"), ("Карсу", "карса"), ("北京", "东京"), ("दिल्ली", "दल")],
)
def test_what_only_looks_alike_is_not_found(name, query):
    assert not matches(query, search_key(name))


def test_a_key_holds_all_names_and_each_form_once():
    key = search_key("Beijing", "Пекин", "北京", "BEIJING")
    assert key.split() == ["beijing", "пекин", "pekin", "北京", "bj"]


def test_every_word_must_be_found_in_any_order_and_none_asks_for_everything():
    key = search_key("Second City Hospital")
    assert matches("hospital second", key)
    assert not matches("hospital third", key)
    assert matches("", key)
    assert matches(" -- ", key)


@given(st.text())
def test_any_name_is_found_by_itself(name):
    assert matches(name, search_key(name))


@given(st.text(alphabet=string.ascii_letters + CYRILLIC + CYRILLIC.upper() + "ёЁйЙ北京 -'é", max_size=20))
def test_case_and_composition_make_no_difference(name):
    assert search_key(name.upper()) == search_key(name.lower())
    for form in ("NFC", "NFD", "NFKD"):
        assert words(unicodedata.normalize(form, name)) == words(name)


@given(st.text())
def test_folding_words_again_changes_nothing(text):
    folded = " ".join(words(text))
    assert " ".join(words(folded)) == folded


def ordered(language: str, names: str) -> bool:
    given_names = names.split(", ")
    keys = [sort_key(name, language) for name in given_names]
    assert len(set(keys)) == len(keys), "each name here has a place of its own"
    return sorted(given_names, key=lambda name: sort_key(name, language)) == given_names


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("ru", "Елабуга, елец, Ёлкино, Жуков, Майкоп, Минск, Яр, Almaty, Zhezqazghan, 北京"),
        ("ru", "Каа, Қарағанды, Лаа"),
        ("ru", "Район 2, район 2а, Район 10, Районный центр"),
        ("en", "Aland, Éland, eland b, Elandia, Zed, Карсу, 北京"),
        ("en", "District, District 2, District 010, District 11, District 100, Districts"),
        ("en", "Omsk, Orsk-2, Orsk 10"),
        ("zh-hans", "安徽, 北京, 重庆, 广东, 西藏"),
        ("zh-hans", "长沙, 长治, 朝阳, 成都, 重庆, 山西, 陕西, 西安, 西藏, 厦门, 新疆, Almaty, Карсу"),
        ("zh-hans", "路南, 吕梁, 马山"),
    ],
)
def test_names_stand_in_the_order_of_their_language(language, names):
    assert ordered(language, names)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("重庆", "chongqing"), ("厦门", "xiamen"), ("长沙", "changsha"), ("长治", "changzhi"),
        ("长子县", "zhangzixian"), ("西藏自治区", "xizangzizhiqu"), ("成都", "chengdu"), ("新都", "xindu"),
        ("六安", "luan"), ("乐清", "yueqing"),
        ("乐山", "leshan"), ("朝阳县", "chaoyangxian"), ("东莞", "dongguan"), ("蚌埠", "bengbu"), ("台州", "taizhou"),
        ("单县", "shanxian"), ("莎车", "shache"), ("尉犁", "yuli"), ("内蒙古", "neimenggu"), ("番禺", "panyu"),
    ],
)  # fmt: skip
def test_places_are_read_as_their_people_read_them(name, reading):
    assert reading in search_key(name).split()


@given(st.text(), st.text(), st.sampled_from(["en", "ru", "zh-hans"]))
def test_sort_keys_are_digits_of_bounded_length_and_longer_names_come_later(first, second, language):
    key = sort_key(first, language)
    assert key == "" or (key.isascii() and key.isdecimal())
    assert len(key) <= SORT_KEY_LENGTH
    assert key <= sort_key(f"{first} {second}", language)


@pytest.mark.parametrize("name", ["a" * 300, "北" * 100, "9" * 500, "ж1" * 200])
def test_a_sort_key_fits_its_column_however_long_the_name(name):
    assert len(sort_key(name, "zh-hans")) == SORT_KEY_LENGTH


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.sampled_from(["en", "ru", "zh-hans"]))
def test_numbers_in_names_compare_by_value(one, other, language):
    keys = [sort_key(f"Район {number}", language) for number in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@given(st.text(CYRILLIC, max_size=8), st.text(CYRILLIC, max_size=8))
def test_russian_words_compare_letter_by_letter_of_the_alphabet(one, other):
    by_alphabet = [[CYRILLIC.index(letter) for letter in word] for word in (one, other)]
    assert (sort_key(one, "ru") < sort_key(other, "ru")) == (by_alphabet[0] < by_alphabet[1])
