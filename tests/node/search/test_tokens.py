"""What a text is cut into, and that whatever people type of a word finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.search.asking import finds

from tocsin.node.language.keys import search_key
from tocsin.node.search.tokens import LONGEST_QUERY, MOST_TERMS, MOST_TOKENS, sought, tokens


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("пневмонии", "Двусторонняя пневмония."),
        ("ПНЕВМОНИЯ", "подозрение на пневмонию"),
        ("лёгкие", "в легких хрипы"),
        ("легкие", "Лёгкими движениями"),
        ("симптомы", "симптом"),
        ("симптом", "симптомами"),
        ("альбома", "альбом"),
        ("больного", "Больным нужен кислород"),
        ("колоний", "колония бактерий"),
        ("случаев", "каждый случай"),
        ("пнев", "пневмония"),
        ("хрипы легких", "В лёгких слышны хрипы"),
        ("reports", "One report."),
        ("report", "Reports came"),
        ("viruses", "a virus"),
        ("hospit", "The Hospital"),
        ("Müller", "Dr Muller"),
        ("38.5", "Температура 38,5"),
        ("SpO2", "spo2 91 %"),
    ],
)
def test_case_ending_and_beginning_make_no_difference(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Ivanov", "Доктор Иванов согласен"),
        ("ivanova", "Доктору Иванову"),
        ("Иванов", "Dr Ivanov agrees"),
        ("Ивановой", "Dr Ivanov agrees"),
        ("Yeltsin", "Ельцин"),
        ("Ельцин", "Yeltsin"),
        ("Olga", "Ольга Петровна"),
        ("Fyodorov", "Фёдоров"),
        ("Sergey", "Сергея"),
        ("pnevm", "пневмония"),
        ("lda", "льда"),
    ],
)
def test_a_word_is_found_in_the_other_alphabet(query, text):
    assert finds(query, text)


@pytest.mark.parametrize("query", ["beijing", "bj", "beij", "北京", "京", "yiyuan", "医院", "beijing 医院"])
def test_a_chinese_name_is_found_by_pinyin_and_by_first_letters(query):
    assert finds(query, "", names=["北京医院"])


def test_a_chinese_text_is_not_found_by_pinyin():
    assert not finds("beijing", "病人在北京医院")


@pytest.mark.parametrize("query", ["肺炎", "炎", "肺炎病人", "病人 肺炎", "CT肺炎"])
def test_any_characters_of_a_chinese_text_find_it(query):
    assert finds(query, "确诊为肺炎病人。CT显示")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("пневмония кашель", "пневмония"),
        ("炎肺", "肺炎"),
        ("肺炎病人", "肺炎"),
        ("но", "no fever"),
        ("no", "но кашель"),
        ("па", "пациент"),
        ("rate", "a rat"),
        ("нота", "note"),
        ("ринит", "при"),
        ("...", "текст"),
        ("", "текст"),
    ],
)
def test_what_is_not_there_is_not_found(query, text):
    assert not finds(query, text)


RUSSIAN = st.text("абвгдежзийклмнопрстуфхцчшщыэюяьъё", min_size=3, max_size=14).filter(lambda word: word.strip("ьъ"))
LATIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=14)
HAN = st.text("肺炎病人确诊发热北京医院疟疾", min_size=1, max_size=12)


@given(RUSSIAN | LATIN, st.data())
def test_a_word_is_found_by_every_beginning_of_three_letters(word, data):
    length = data.draw(st.integers(3, len(word)))
    assert finds(word[:length], f"А {word.upper()}, no")


@given(RUSSIAN)
def test_a_russian_word_is_found_by_its_latin_spelling(word):
    latin = search_key(word).split()[1]
    if len(latin) >= 3 and sum(letter in "ьъ" for letter in word) < 2:
        assert finds(latin, word)


@given(HAN, st.data())
def test_a_chinese_text_is_found_by_every_part_of_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert finds(text[start:end], text)


@given(st.lists(RUSSIAN | LATIN | HAN, min_size=1, max_size=6), st.randoms())
def test_the_order_of_words_makes_no_difference(words, random):
    text = " ".join(words)
    random.shuffle(words)
    assert finds(" ".join(words), text)


@given(st.text())
def test_tokens_have_nothing_that_a_query_language_could_take_for_a_sign(text):
    said = [*tokens([text], [text]), *(token for term in sought(text) for token in (*term.whole, *term.beginnings))]
    for token in said:
        assert token
        assert not set(token) & set(" \t\n\r\x00\"'\\*():&|!<>%;-=")


def test_a_long_text_and_a_long_query_are_cut():
    many = " ".join(f"я{number}" for number in range(30_000))
    assert len(tokens([many])) == MOST_TOKENS
    assert len(sought("肺炎" * LONGEST_QUERY)) <= MOST_TERMS
    assert finds("я" * 300, "я" * 500)
