"""A text as people type and paste it becomes paragraphs, and a pasted translation finds its places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.joint.texts.writing import OFFICIAL, paragraph

from tocsin.joint.texts.findings import Finding, TextError
from tocsin.joint.texts.from_typed import aligned, typed
from tocsin.joint.texts.numbering import ITEM_RANK, heading_mark, note_mark, ordinal, rank
from tocsin.joint.texts.paragraphs import Text, as_json, read_text
from tocsin.joint.texts.translating import translated

RUSSIAN = """
РЕШЕНИЕ о мерах на переходе Карсу

Координационный совет,
рассмотрев уведомление о вспышке холеры,

1. Решает:
а) усилить эпидемиологический надзор;
б) обмениваться сведениями ежедневно.

2. Просит Секретариат:
1) собрать сведения;
– доложить 10.11.2026.

Примечание: время московское.
"""
CHINESE = """\u3000\u3000关于卡尔苏口岸措施的决议
\u3000\u3000协调委员会审议了霍乱暴发的通报，
\u3000\u3000一、决定：
\u3000\u3000（一）加强监测；
\u3000\u3000（二）每日通报情况。
\u3000\u3000二、请秘书处：
\u3000\u30001.收集资料；
\u3000\u3000— 于2026年11月10日报告。
\u3000\u3000注：时间为莫斯科时间。"""
KINDS = ["title", "preamble", "operative", "item", "item", "operative", "item", "item", "note"]


def pieces(pasted, language="ru"):
    text = typed(pasted, language=language, official=OFFICIAL)
    return [(one.kind, one.wording(language)) for one in text.paragraphs]


@pytest.mark.parametrize(("pasted", "language"), [(RUSSIAN, "ru"), (CHINESE, "zh-hans")])
def test_documents_as_they_are_written(pasted, language):
    assert [kind for kind, _ in pieces(pasted, language)] == KINDS


def test_words_and_numbers_stay_as_they_were_typed():
    found = [words for _, words in pieces(RUSSIAN)]
    assert found[1] == "Координационный совет,\nрассмотрев уведомление о вспышке холеры,"
    assert found[3:5] == ["а) усилить эпидемиологический надзор;", "б) обмениваться сведениями ежедневно."]
    assert found[7] == "– доложить 10.11.2026."


def test_paragraphs_are_named_in_order_and_authentic_only_in_an_official_language():
    text = typed("One\n\nTwo", language="en", official=OFFICIAL)
    assert [one.id for one in text.paragraphs] == ["p1", "p2"]
    assert text.paragraphs[0].texts["en"].standing == "human_checked"
    assert typed("Раз", language="ru", official=OFFICIAL).paragraphs[0].texts["ru"].standing == "authentic"


def test_other_layouts():
    assert pieces("Заявление\n\nСтороны подтверждают готовность.\n\nСтороны благодарят.") == [
        ("title", "Заявление"),
        ("operative", "Стороны подтверждают готовность."),
        ("operative", "Стороны благодарят."),
    ]
    agreement = (
        "Соглашение\n\nГлава I. Общее\nСтатья 1. Предмет\n1. Стороны сообщают.\n\nПРАВА И ОБЯЗАННОСТИ\n\nСтатья 2"
    )
    assert [kind for kind, _ in pieces(agreement)] == ["title", "heading", "operative", "item", "heading", "operative"]
    assert [kind for kind, _ in pieces("协定\n第一章 总则\n第一条 各方通报疫情。\n一、立即通报；", "zh-hans")] == [
        "title",
        "heading",
        "operative",
        "item",
    ]
    assert pieces("1. Без заглавия.\n2. Сразу.") == [("operative", "1. Без заглавия."), ("operative", "2. Сразу.")]


def test_the_first_line_is_the_title_and_a_paragraph_may_have_several():
    title = "Решение\nо мерах на переходе\n\nТекст\nв две строки."
    assert pieces(title) == [
        ("title", "Решение"),
        ("operative", "о мерах на переходе"),
        ("operative", "Текст\nв две строки."),
    ]
    assert pieces("1. Первое\nв две строки.\n\n2. Второе.") == [
        ("operative", "1. Первое\nв две строки."),
        ("operative", "2. Второе."),
    ]


def test_items_alone_make_no_preamble():
    assert [kind for kind, _ in pieces("Перечень\n\nСтороны:\n\nа) сообщают")] == ["title", "operative", "item"]


def test_letters_pasted_in_pieces_are_made_one_and_what_nobody_sees_is_left_out():
    assert pieces("\ufeffЙод и\u0306\r\n\r\nа\u200bб") == [("title", "Йод й"), ("operative", "аб")]


@pytest.mark.parametrize("nothing", ["", " \n\n\u3000\n", "\ufeff"])
def test_nothing_is_refused(nothing):
    with pytest.raises(TextError, match="no-paragraphs"):
        typed(nothing, language="ru", official=OFFICIAL)


def test_too_much_is_refused():
    with pytest.raises(TextError, match="too-many-paragraphs"):
        typed("а\n" * 501, language="ru", official=OFFICIAL)
    with pytest.raises(TextError, match="text-too-long"):
        typed("а" * 20_001, language="ru", official=OFFICIAL)


@given(st.text("а б1.)(一十、①第条\n\u3000\t*-Я:"))
def test_whatever_is_pasted_no_letter_is_lost(pasted):
    if not pasted.strip():
        return
    text = typed(pasted, language="ru", official=OFFICIAL)
    assert "".join("".join(words.split()) for _, words in pieces(pasted)) == "".join(pasted.split())
    assert read_text(as_json(text)) == text
    same = aligned(text, language="zh-hans", pasted=pasted)
    assert (same.findings, list(same.texts.values())) == ((), [one.wording("ru") for one in text.paragraphs])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("第一条 目的", 0), ("第12条", 0), ("Статья 3. Предмет", 0), ("Article 3", 0), ("Статьями 3 и 4", None),
        ("十二、决定", 1), ("1. Решает", 2), ("1．决定", 2), ("1、决定", 2), ("1.决定", 2),
        ("\u3000\u300012. Решает", 2),
        ("1) решает", 3), ("2）决定", 3), ("1.1. Решает", ITEM_RANK), ("（一）决定", ITEM_RANK),
        ("(1) decides", ITEM_RANK), ("б) решает", ITEM_RANK), ("①决定", ITEM_RANK), ("• решает", ITEM_RANK),
        ("10.11.2026 принято", None), ("1.5", None), ("2026. Год", None), ("Решает 1.", None), ("-5 °C", None),
        ("一些国家、", None), ("", None),
    ],
)  # fmt: skip
def test_marks_of_numbering(line, expected):
    assert rank(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12. Решает", 12), ("3) решает", 3), ("2.3. Решает", 3), ("Статья 4", 4), ("第十条", 10), ("二十三、决定", 23),
        ("一百〇二、决定", 102), ("第二三条", 23), ("（十二）决定", 12),
        ("в) решает", 3), ("К) решает", 10), ("(c) decides", 3),
        ("③决定", 3), ("– решает", None), ("Решает 3.", None), ("ё) решает", None), ("第" + "一" * 5_000 + "条", None),
    ],
)  # fmt: skip
def test_numbers_that_marks_count_with(line, expected):
    assert ordinal(line) == expected


@pytest.mark.parametrize("line", ["Глава 1. Общее", "Раздел II", "第二章 总则", "Annex A", "附件一", "附件：清单"])
def test_marks_of_headings(line):
    assert heading_mark(line)


@pytest.mark.parametrize("line", ["Частью 1 статьи 2", "Annexes are attached", "附件所列", "Partners", "章 程"])
def test_what_only_looks_like_a_heading(line):
    assert not heading_mark(line)


def test_marks_of_notes():
    assert all(note_mark(one) for one in ("* Время местное", "Примечание 1: да", "注：是", "Note: yes"))
    assert not any(note_mark(one) for one in ("Notes are taken", "注意事项", "* ", "Примечательно"))


# A translation set beside


def test_a_translation_with_as_many_paragraphs_is_set_beside_them():
    text = typed(RUSSIAN, language="ru", official=OFFICIAL)
    found = aligned(text, language="zh-hans", pasted=CHINESE)
    assert found.findings == ()
    assert found.texts["p1"] == "关于卡尔苏口岸措施的决议"
    assert found.texts["p9"] == "注：时间为莫斯科时间。"
    assert list(found.texts) == [one.id for one in text.paragraphs]


def test_another_number_of_paragraphs_names_both_and_where_they_part():
    text = typed(RUSSIAN, language="ru", official=OFFICIAL)
    fewer = CHINESE.replace("\u3000\u3000（一）加强监测；\n", "")
    assert aligned(text, language="zh-hans", pasted=fewer) == aligned(text, language="zh-hans", pasted=fewer + "\n")
    found = aligned(text, language="zh-hans", pasted=fewer)
    assert found.texts == {}
    values = {"expected": 9, "given": 8, "place": 4}
    assert found.findings == (Finding("paragraphs-differ", "p4", "zh-hans", values),)


def test_where_one_ends_before_the_other_is_the_place():
    text = typed("Заявление\n\nПервое.", language="ru", official=OFFICIAL)
    (more,) = aligned(text, language="zh-hans", pasted="声明\n第一。\n第二。").findings
    assert (more.paragraph, more.values) == (None, {"expected": 2, "given": 3, "place": 3})
    (none,) = aligned(text, language="zh-hans", pasted="").findings
    assert (none.paragraph, none.values) == ("p1", {"expected": 2, "given": 0, "place": 1})


def test_as_many_paragraphs_that_are_numbered_otherwise_are_set_and_pointed_at():
    text = typed("Решение\n\n1. Первое.\n\nПовторно.", language="ru", official=OFFICIAL)
    found = aligned(text, language="zh-hans", pasted="决议\n第一。\n再次。")
    assert found.texts == {"p1": "决议", "p2": "第一。", "p3": "再次。"}
    assert found.findings == (Finding("numbering-differs-here", "p2", "zh-hans", {"place": 2}),)


def test_the_same_number_in_another_writing_is_the_same():
    text = typed("Решение\n\n1. Первое.\nа) сразу\n- всегда", language="ru", official=OFFICIAL)
    assert aligned(text, language="zh-hans", pasted="决议\n一、第一。\n（1）立即\n（二）始终").findings == ()
    (found,) = aligned(text, language="zh-hans", pasted="决议\n一、第一。\n（2）立即\n（二）始终").findings
    assert found == Finding("numbering-differs-here", "p3", "zh-hans", {"place": 3})


def test_a_translation_is_compared_with_what_is_authentic():
    text = typed("Решение\n\n1. Первое.", language="ru", official=OFFICIAL)
    text = translated(text, language="en", standing="machine", texts={"p2": "First."}, official=OFFICIAL)
    assert aligned(text, language="zh-hans", pasted="决议\n一、第一。").findings == ()


def test_what_is_pasted_again_is_compared_with_the_other_language():
    text = Text((paragraph("p1", ru="1. Первое.", zh="第一。"),))
    assert aligned(text, language="zh-hans", pasted="一、第一。").findings == ()
    alone = Text((paragraph("p1", zh="第一。"),))
    assert aligned(alone, language="zh-hans", pasted="一、第一。").findings[0].code == "numbering-differs-here"


def test_a_paragraph_of_a_translation_has_its_limit():
    text = typed("Решение", language="ru", official=OFFICIAL)
    with pytest.raises(TextError, match="text-too-long"):
        aligned(text, language="zh-hans", pasted="决" * 20_001)
