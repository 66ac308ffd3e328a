"""Values as each language writes them. Spaces in numbers and dates never break (shown here as _)."""

import math
import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.language import formats

DAY = date(2026, 3, 9)
MOMENT = datetime(2026, 3, 9, 22, 5, tzinfo=UTC)
LANGUAGES = ("en", "ru", "zh-hans")
NODE = Path(formats.__file__).parents[1]
# What a translator writes, what is for machines, and what is in English for whoever runs the node.
SAID_ELSEWHERE = re.compile(
    r"(?<={% blocktranslate).*?(?=endblocktranslate %})|<script.*?</script>|(?<= lang=.en.)[^<]*(?=</)", re.DOTALL
)
SEPARATOR = re.compile(r"[^{]{0,30}(?:}}|%}|</\w+>)[,:;] (?=[{<]).{0,30}")


def in_languages(function, *arguments) -> list[str]:
    shown = []
    for language in LANGUAGES:
        with translation.override(language):
            shown.append(str(function(*arguments)).replace("\xa0", "_"))
    return shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1250, ["1,250", "1_250", "1,250"]),
        (-1234567.6, ["-1,234,568", "-1_234_568", "-1,234,568"]),
        (0, ["0", "0", "0"]),
        (np.int64(20), ["20", "20", "20"]),
        (-0.2, ["0", "0", "0"]),
        (None, ["–", "–", "–"]),
        (math.nan, ["–", "–", "–"]),
        (-math.inf, ["-∞", "-∞", "-∞"]),
    ],
)
def test_whole_numbers(value, shown):
    assert in_languages(formats.whole, value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, "3"), (3.0, "3,0"), (3.14, "3,1"), (9.96, "10"), (14.3, "14"), (1250.4, "1_250"), (0.04, "0,04"),
        (0.0421, "0,042"), (0.5, "0,5"), (0.996, "1,0"), (0.00012, "<0,001"), (-0.25, "-0,25"), (0.0, "0,0"),
        (Decimal("3.14"), "3,1"), (np.float64(2.25), "2,2"), (None, "–"), (math.nan, "–"),
    ],
)  # fmt: skip
def test_figures_have_the_digits_that_say_something(value, shown):
    assert in_languages(formats.figure, value)[1] == shown


@given(st.floats(1e-3, 1e6))
def test_a_figure_is_within_a_twentieth_of_its_value(value):
    with translation.override("en"):
        assert float(formats.figure(value).replace(",", "")) == pytest.approx(value, rel=0.0501)


@pytest.mark.parametrize(
    ("text", "russian"),
    [("38.90", "38,90"), ("1250", "1250"), ("-0.5", "-0,5"), ("1.200", "1,200"), ("5,1", "5,1"), ("1.2.3", "1.2.3"),
     ("", ""), ("1:2", "1:2"), ("９.1", "９.1")],
)  # fmt: skip
def test_a_measured_number_keeps_its_digits_and_what_is_none_stays(text, russian):
    with translation.override("ru"):
        assert formats.same_digits(text) == russian
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert formats.same_digits(text) == text


def test_chance_shares_and_multiples():
    assert in_languages(formats.p_value, 0.0002) == ["<0.001", "<0,001", "<0.001"]
    assert in_languages(formats.p_value, 0.0341) == ["0.034", "0,034", "0.034"]
    assert in_languages(formats.share, 0.123) == ["12%", "12_%", "12%"]
    assert in_languages(formats.share, 0.1234, 1) == ["12.3%", "12,3_%", "12.3%"]
    assert in_languages(formats.times, 4.5) == ["×4.5", "×4,5", "×4.5"]


@pytest.mark.parametrize(("value", "shown"), [(0, "0%"), (0.001, "<1%"), (0.006, "1%"), (0.999, ">99%"), (1, "100%")])
def test_next_to_none_is_not_none_and_nearly_all_is_not_all(value, shown):
    assert in_languages(formats.share, value)[0] == shown


def test_dates_and_weeks():
    assert in_languages(formats.long_date, DAY) == ["9 March 2026", "9 марта 2026_г.", "2026年3月9日"]
    assert in_languages(formats.short_date, DAY) == ["9 Mar 2026", "9 мар. 2026_г.", "2026年3月9日"]
    assert in_languages(formats.month, DAY) == ["March 2026", "март 2026_г.", "2026年3月"]
    assert in_languages(formats.week_of, DAY) == [
        "week of 9 March 2026",
        "неделя с 9 марта 2026_г.",
        "2026年3月9日当周",
    ]


@pytest.mark.parametrize(
    ("day", "week"),
    [(DAY, "2026-W11"), (date(2021, 1, 3), "2020-W53"), (date(2024, 12, 30), "2025-W01"), (date(26, 3, 9), "0026-W11")],
)
def test_weeks_are_numbered_by_iso(day, week):
    assert in_languages(formats.iso_week, day) == [week] * 3


def test_moments_are_told_in_the_readers_time_zone():
    with timezone.override(zoneinfo.ZoneInfo("Europe/Moscow")):
        assert in_languages(formats.short_moment, MOMENT) == [
            "10 Mar 2026, 01:05", "10 мар. 2026_г., 01:05", "2026年3月10日 01:05",
        ]  # fmt: skip
        assert in_languages(formats.long_moment, MOMENT)[:2] == [
            "10 March 2026, 01:05 UTC+3 (Moscow)",
            "10 марта 2026_г., 01:05 UTC+3 (Москва)",
        ]
        assert in_languages(formats.long_date, MOMENT)[0] == "10 March 2026"
        assert in_languages(formats.iso_week, datetime(2026, 3, 8, 22, tzinfo=UTC))[0] == "2026-W11"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Kolkata", "UTC+5:30 (Калькутта)"), ("America/Lima", "UTC-5 (Лима)"), ("America/St_Johns", "UTC-2:30"),
        ("UTC", "UTC"), ("Etc/GMT+3", "UTC-3"), ("Europe/Minsk", "UTC+3 (Минск)"),
    ],
)  # fmt: skip
def test_zones_are_named_by_their_difference_and_city(zone, shown):
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        assert in_languages(formats.long_moment, MOMENT)[1].partition("г., ")[2].partition(" ")[2].startswith(shown)


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (2, ["2 hours ago", "2 часа назад", "2小时前"]),
        (5, ["5 hours ago", "5 часов назад", "5小时前"]),
        (21, ["21 hours ago", "21 час назад", "21小时前"]),
        (-72, ["in 3 days", "через 3 дня", "3天后"]),
        (0.01, ["just now", "только что", "刚刚"]),
    ],
)
def test_how_long_ago(hours, shown):
    assert in_languages(formats.ago, MOMENT, MOMENT + timedelta(hours=hours)) == shown


def test_time_left_and_time_over():
    allowed = timedelta(hours=24)
    in_time, late = MOMENT - timedelta(hours=6), MOMENT + timedelta(minutes=50)
    assert in_languages(formats.left_of, MOMENT, allowed, in_time) == [
        "6 h left of 24 h", "осталось 6 ч из 24 ч", "期限24小时，还剩6小时",
    ]  # fmt: skip
    assert in_languages(formats.left_of, MOMENT, allowed, late)[0] == "50 min over the 24 h allowed"
    assert formats.left_of(None, allowed) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"minutes": 119}, "119 min"),
        ({"minutes": 120}, "2 h"),
        ({"hours": 47, "minutes": 59}, "47 h"),
        ({"hours": 48}, "2 d"),
    ],
)
def test_durations_are_never_rounded_up(value, shown):
    assert in_languages(formats.duration, timedelta(**value))[0] == shown


def test_lists_are_joined_and_only_markup_stays_markup():
    assert in_languages(formats.listing, ["a", "b", "c"]) == ["a, b and c", "a, b и c", "a、b和c"]
    assert in_languages(formats.listing, []) == [""] * 3
    names = ["<b>", mark_safe("<i>x</i>")]
    with translation.override("en"):
        assert render("{{ names|listing }}", names=names) == "&lt;b&gt; and <i>x</i>"


def test_separators_are_those_of_the_language():
    page = "{{ a }}{% comma %}{{ b }}{% colon %}{{ a }}{% list_comma %}{{ b }}{% semicolon %}"
    assert in_languages(render, page) == [", : , ; ", ", : , ; ", "，：、；"]
    assert in_languages(formats.enumerated, []) == in_languages(formats.phrases, []) == [""] * 3


def test_no_template_writes_a_separator_that_is_english_alone():
    """Outside texts that are translated: “{{ name }}, {% moment at %}” is half-width in Chinese."""
    found = []
    for path in sorted(NODE.glob("*/templates/**/*.html")):
        ours = SAID_ELSEWHERE.sub("", path.read_text("utf-8"))
        found += [f"{path.name}: …{one[0]}…" for one in SEPARATOR.finditer(ours)]
    assert found == []


def render(source: str, **values) -> str:
    return Template("{% load language %}" + source).render(Context(values))


def test_templates_write_as_the_functions_do():
    page = "{{ n|whole }} {{ n|decimal:2 }} {{ day|week_of }} {{ nothing|long_date }} {{ due|left_of:allowed }}"
    due, allowed = timezone.now() + timedelta(hours=6, seconds=30), timedelta(hours=24)
    with translation.override("ru"):
        shown = render(page, n=1250, day=DAY, nothing=None, due=due, allowed=allowed).replace("\xa0", "_")
    assert shown == "1_250 1_250,00 неделя с 9 марта 2026_г. – осталось 6 ч из 24 ч"


def test_a_moment_says_its_zone_when_pointed_at_and_utc_to_machines():
    with translation.override("en"), timezone.override(zoneinfo.ZoneInfo("Asia/Kolkata")):
        assert render("{% moment at %}", at=timezone.localtime(MOMENT)) == (
            '<time datetime="2026-03-09T22:05:00+00:00" title="10 March 2026, 03:35 UTC+5:30 (Kolkata)">'
            "10 Mar 2026, 03:35</time>"
        )
        assert ">just now</time>" in render('{% moment at "ago" %}', at=timezone.now())
        assert render("{% moment at %}", at=None) == "–"
        assert render('{% day d "week_of" %}', d=DAY) == '<time datetime="2026-03-09">week of 9 March 2026</time>'


EXAMPLES = {
    "whole": (1250,), "figure": (3.1,), "same_digits": ("38.90",), "p_value": (0.0001,), "share": (0.12,),
    "times": (4.5,),
    "long_date": (DAY,), "short_date": (DAY,), "week_of": (DAY,), "ago": (MOMENT, MOMENT + timedelta(hours=2)),
    "left_of": (MOMENT, timedelta(hours=24), MOMENT - timedelta(hours=6)), "listing": ("abc",),
    "enumerated": ("abc",), "phrases": ("abc",),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_documentation_shows_what_is_written(name):
    page = Path(__file__).resolve().parents[3] / "docs/languages.md"
    (row,) = [line for line in page.read_text("utf-8").splitlines() if line.startswith(f"| `{name}` |")]
    shown = [cell.split(" · ")[0].strip() for cell in row.strip("|").split("|")[1:]]
    assert shown == [text.replace("_", " ") for text in in_languages(getattr(formats, name), *EXAMPLES[name])]


def test_a_zone_is_named_by_its_difference():
    assert formats.zone("Etc/GMT-5") == "UTC+5"
    assert formats.zone("Asia/Kolkata").startswith("UTC+5:30")
    assert formats.zone("UTC") == "UTC"
