from datetime import date
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clinical.identifiers.people import IVANOV, WANG, told

from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.clinical.identifiers.removing import removed


@pytest.mark.parametrize(
    "day",
    ["12.03.1971", "12.3.71", "12/03/1971", "1971-03-12", "1971.3.12", "19710312", "12031971", "12 марта 1971",
     "12 мар. 1971",
     "12 March 1971", "12th of March, 1971", "March 12, 1971", "Mar 12 1971", "12-Mar-1971", "1971年3月12日",
     "1971 年 03 月 12 日",
     "一九七一年三月十二日", "１２．０３．１９７１", "12.III.1971", "03/12/1971", "1971 March 12"],
)  # fmt: skip
def test_a_birth_date_is_found_as_it_is_written(day):
    assert told(f"x {day} y", IVANOV) == [(day, "birth_date")]


@pytest.mark.parametrize("day", ["13.03.1971", "112.03.1971", "12.03.19711", "12.03.1972", "5 марта 2026", "120/80"])
def test_other_days_are_left(day):
    assert told(f"анализ {day} взят", IVANOV) == []


@given(
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.sampled_from(["{d}.{m}.{y}", "{y}-{m:02}-{d:02}", "{y}年{m}月{d}日"]),
)
def test_every_birth_date_is_found(born, form):
    written = form.format(d=born.day, m=born.month, y=born.year)
    assert told(f"({written})", Identity(birth_date=born)) == [(written, "birth_date")]


@pytest.mark.parametrize(
    ("text", "day"),
    [("д.р. 05.05.1960", "05.05.1960"), ("Дата рождения: 5 мая 1960", "5 мая 1960"), ("born 1960-05-05",
     "1960-05-05"),
     ("DOB: 5/5/60", "5/5/60"), ("1960 г.р.", "1960"), ("05.05.1960 года рождения", "05.05.1960"),
     ("出生日期：1960年5月5日", "1960年5月5日"),
     ("1960年5月出生", "1960年5月"), ("родился 05.05.1960", "05.05.1960")],
)  # fmt: skip
def test_what_is_said_to_be_a_day_of_birth(text, day):
    assert told(text, NOBODY) == [(day, "birth_date")]


@pytest.mark.parametrize(
    "written",
    ["AB1234567", "ab 1234567", "АВ 1234567", "AB-12-34-567", "AB № 1234567", "ＡＢ１２３４５６７", "AB 123\u200b4567"],
)
def test_a_number_is_found_however_it_is_divided_and_in_either_alphabet(written):
    assert told(f"карта {written}.", IVANOV) == [(written, "number")]


@pytest.mark.parametrize(
    "written", ["+7 912 345-67-89", "8 (912) 345 67 89", "89123456789", "912 345 67 89", "+７９１２３４５６７８９"]
)
def test_a_telephone_is_found_with_and_without_its_country(written):
    assert told(f"звонить {written}!", IVANOV) == [(written, "telephone")]


@given(
    st.lists(st.sampled_from(["", " ", "-", ".", "\u200b", " - ", "\u2011", "\u00a0"]), min_size=8, max_size=8),
    st.booleans(),
)
def test_separators_hide_no_number(between, is_wide):
    signs = [chr(ord(one) + 0xFEE0) if is_wide else one for one in "AB1234567"]
    planted = signs[0] + "".join(gap + one for gap, one in zip(between, signs[1:], strict=True))
    assert [(one.start, one.end) for one in found_in(f"№ {planted} x", IVANOV)] == [(2, 2 + len(planted))]


@pytest.mark.parametrize(
    ("text", "what", "kind"),
    [("пишите a.b@c.example сюда", "a.b@c.example", "email"), ("тел. 22-33-44", "22-33-44", "telephone"),
     ("+86 138 0013 8000", "+86 138 0013 8000", "telephone"), ("手机13800138000", "13800138000", "telephone"),
     ("11010519491231002X", "11010519491231002X", "number"), ("110105 19491231 002x", "110105 19491231 002x",
     "number"),
     ("112-233-445 95", "112-233-445 95", "number"), ("№ истории болезни 12345", "12345", "number"),
     ("история болезни № 12345/26", "12345/26", "number"), ("MRN: A12-77", "A12-77", "number"),
     ("住院号：334455", "334455", "number"), ("паспорт серия 45 06 № 123456", "45 06 № 123456", "number"),
     ("护照 E12345678", "E12345678", "number"), ("полис ОМС 1234567890123456", "1234567890123456", "number")],
)  # fmt: skip
def test_forms_that_say_who_it_is(text, what, kind):
    assert told(text, NOBODY) == [(what, kind)]


@pytest.mark.parametrize(
    "text",
    ["110105194912310021", "112-233-445 96", "АД 120/80, ЧСС 72, Hb 118 г/л", "LOINC 718-7, J18.9",
     "глюкоза 5.6, 03.11.2026 14:30",
     "тромбоциты 250 000", "WBC 12.4 10^9/L, CRP 118.2 mg/L", "白细胞12.4×10^9/L，2026年11月3日",
     "номер палаты не важен",
     "a patient of 45 with pain", "Пациент 45 лет, вес 80 кг", "patient, 62 years", "case fatality 3.5",
     "инфузия 500 мл/ч"],
)  # fmt: skip
def test_values_of_medicine_are_none(text):
    assert told(text, NOBODY) == []


@pytest.mark.parametrize(
    ("written", "identity"),
    [("ул. Ленина, дом 5", IVANOV), ("ЛЕНИНА 5-12", IVANOV), ("体育路12号", WANG), ("体育路 12 号", WANG)],
)
def test_an_address_is_found_by_its_street_and_number(written, identity):
    (found,) = told(f"живёт: {written}.", identity)
    assert found[1] == "address"
    assert found[0] in written
    assert found[0][-1] == written[-1]


def test_a_street_alone_is_not_somebodys():
    assert told("больница на улице Ленина", IVANOV) == []


def test_what_is_removed_is_said_in_the_language_of_the_text():
    text = "Иванов, 12.03.1971, ivan (at) post.example"
    found = found_in(text, IVANOV)
    assert removed(text, found) == "[removed], [removed], [removed]"
    assert removed(text, found, language="ru") == "[удалено], [удалено], [удалено]"
    assert removed("王小明来了", found_in("王小明来了", WANG), language="zh-hans") == "[已删除]来了"


@given(st.text(max_size=200))
def test_any_text_is_searched_and_places_lie_in_it(text):
    found = found_in(text, IVANOV)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_long_text_of_separators_is_searched_at_once():
    for text in (
        "Ленина" + " ." * 5_000,
        "тел" + " " * 9_000,
        "1-" * 9_000,
        "ист" * 9_000,
        "И " * 5_000,
        "a.b" * 9_000,
    ):
        began = perf_counter()
        found_in(text, IVANOV)
        assert perf_counter() - began < 3, text[:10]
