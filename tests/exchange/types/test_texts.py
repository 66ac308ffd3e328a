"""Texts: what a person reads is what was written, and nothing in it is an instruction to a program."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import found, indicators, message, of_document

from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

ORDINARY = [
    "Холера: 3 случая в Карасу, ИФА и ПЦР положительные; эпид. № 12/26 (COVID-19 исключён).",
    "喀拉苏区报告三例霍乱病例，PCR 阳性。《国际卫生条例（2005）》附件二适用。",
    "Случай №5: г-н Ли (李), рейс CA-981 Пекин → Алматы",
    "تم الإبلاغ عن ثلاث حالات كوليرا في منطقة كاراسو (PCR إيجابي).",
    "דווחו שלושה מקרי כולרה במחוז קראסו, בדיקת PCR חיובית.",
    "سه مورد وبا گزارش شده است؛ آزمایش‌ها مثبت‌اند و بیماران می‌گویند آب چاه نوشیده‌اند.",
    "हैजा के तीन मामले; क्‍षेत्र में जल-स्रोत की जाँच जारी है।",
    "ᠮᠣᠩᠭᠣᠯ ᠤᠯᠤᠰ᠎ᠤᠨ".replace("\u180e", " "),
    "ᠬᠠᠮᠤᠭ ᠠ\u180b",
    "⚠️ Срочно: ответ до 18:00",
    "Тiк-борреліоз, ұйқышылдық, Ўзбекистон, Oʻzbekiston, Тоҷикистон, Türkmen, İstanbul, naïve, Ångström",
    "p < 0.05, temperature >38.5 °C and <40, 5 > 3, a <- b, x<5, 3 < n",
    "R&D, Q&A, AT&T; https://example.org/find?a=1&b=2&c",
    "one\n\ntwo\tthree",
    "Java script of the play; the data: text and figures",
    "Ｗｉｄｅ　ｌｅｔｔｅｒｓ ＜关于霍乱的通报＞",
    "é — decomposed e\u0301; ё: е\u0308; 한국어; ไทย; 𠮷野家",
]

MARKUP = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example>",
    "</textarea><script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>here</a>",
    "<iframe srcdoc='…'",
    "<!-- hidden -->",
    "<!DOCTYPE html>",
    "<?xml version='1.0'?>",
    "<?php system('id') ?>",
    "<b>bold</b>",
    "x<y",
    "text <style>*{display:none}</style>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&#x3c;script",
    "&nbsp;",
    "[see](javascript:alert(1))",
    "JaVaScRiPt\t:alert(1)",
    "vbscript:msgbox",
    "data:text/html;base64,PHN2Zz4=",
    "＜script＞",
    "<ＳＣＲＩＰＴ>",
    "﹤img",
    "＜／script",
    "</",
]

HIDDEN = {
    "text that runs the other way": "approved \u202edevorppa ton\u202c",
    "isolates that reorder": "dose \u206610\u2069\u2067mg\u2069",
    "a mark from right to left": "file\u200fname",
    "a mark from left to right": "file\u200ename",
    "an Arabic letter mark": "x\u061cy",
    "embedding": "\u202aabc\u202c",
    "a zero-width space": "Kar\u200bsu",
    "a joiner between Latin letters": "Kar\u200dsu",
    "a non-joiner between Cyrillic letters": "Кар\u200cсу",
    "a non-joiner between Chinese letters": "霍\u200c乱",
    "two joiners between Persian letters": "می\u200c\u200cشود",
    "a joiner at the end of a Persian word": "می\u200c",
    "a word joiner": "10\u206010",
    "a byte order mark": "\ufeffabc",
    "a soft hyphen": "chol\u00adera",
    "letters of tags, which say something unseen": "ok"
    + "".join(chr(0xE0000 + ord(letter)) for letter in "ignore this"),
    "a variation selector after a letter": "a\ufe0f",
    "two variation selectors after a symbol": "⚠\ufe0f\ufe0f",
    "a supplementary variation selector": "a\U000e0100",
    "a Mongolian selector after a Latin letter": "a\u180b",
    "a Hangul filler": "a\u3164b",
    "a null": "a\x00b",
    "an escape sequence of terminals": "\x1b[31mred",
    "a backspace": "no\x08\x08yes",
    "a carriage return": "yes\rno",
    "a next-line control": "a\x85b",
    "a line separator": "a\u2028b",
    "an interlinear annotation": "a\ufff9b\ufffac\ufffb",
    "a noncharacter": "a\uffffb",
}


def codes(text, *, paragraphs=True):
    found = Found()
    check_text(text, "/body/text", found, paragraphs=paragraphs)
    return found.findings().codes


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_of_the_alliance_pass(text):
    assert not codes(text)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_found(text):
    assert codes(text) == {"markup"}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_cannot_be_seen_is_found(text):
    assert codes(text) == {"bidi-control"}


# Signs of numbers, years and verses, which are seen though Unicode counts them among the format characters.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def test_a_text_full_of_hidden_characters_is_told_of_once():
    assert of_document(found(message(text="\u200b".join("secret")))) == [("bidi-control", "/body/text")]


def test_every_format_and_control_character_of_unicode_is_found():
    for code in set(range(0x110000)) - SEEN:
        if unicodedata.category(chr(code)) in ("Cf", "Cc", "Zl", "Zp") and chr(code) not in "\n\t":
            assert codes(f"a{chr(code)}b") == {"bidi-control"}, hex(code)


def test_a_text_of_one_line_has_no_breaks_and_a_text_of_paragraphs_may():
    for break_ in "\n\t":
        assert codes(f"a{break_}b", paragraphs=False) == {"bidi-control"}
        assert not codes(f"a{break_}b", paragraphs=True)


def test_where_and_what_is_said_without_repeating_it():
    (one,) = found(message(text="ab\u202ecd")).document
    assert "U+202E" in one.detail
    assert "character 3" in one.detail
    assert one.detail.isprintable()


seen = st.text(
    st.characters(categories=["L", "Nd", "Po", "Zs"], exclude_characters="<&＜﹤:\u115f\u1160\u3164\uffa0\u180e")
)


@given(seen)
def test_letters_of_all_scripts_pass(text):
    assert not codes(text)


@given(
    seen,
    st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\U000e0041"),
    seen,
)
def test_one_hidden_character_is_found_wherever_it_stands(before, character, after):
    assert codes(before + character + after) == {"bidi-control"}


@given(seen, st.sampled_from(MARKUP), seen)
def test_markup_is_found_wherever_it_stands(before, text, after):
    assert "markup" in codes(before + text + " " + after)


@pytest.mark.parametrize("member", ["case_definition", "note"])
def test_texts_beside_counts_are_read_as_well(member):
    assert of_document(found(indicators(**{member: "a\u202eb"}))) == [("bidi-control", f"/body/{member}")]
    assert of_document(found(indicators(**{member: "<b>"}))) == [("markup", f"/body/{member}")]


@pytest.mark.parametrize(("member", "longest"), [("subject", 200), ("text", 20_000)])
def test_a_text_is_as_long_as_its_type_allows_and_no_longer(member, longest):
    assert not found(message(**{member: "霍" * longest}))
    assert of_document(found(message(**{member: "霍" * (longest + 1)}))) == [("schema", f"/body/{member}")]


@pytest.mark.parametrize("member", ["subject", "text"])
def test_a_text_says_something(member):
    assert of_document(found(message(**{member: " \u3000"}))) == [("schema", f"/body/{member}")]
