"""Parts of pages, as the tag library writes them."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db.models import BLANK_CHOICE_DASH
from django.utils.safestring import mark_safe

from tocsin.node.look.icons import icon
from tocsin.node.look.progress import Progress
from tocsin.node.look.sparklines import sparkline
from tocsin.node.look.states import SHAPES, STATES, Kind, State, state_named


def test_a_state_has_one_word_and_one_shape(rendered):
    drawn = rendered('{% chip "late" %}')
    assert "chip-attention" in drawn
    assert ">late<" in drawn
    assert str(icon("clock", size=14)) in drawn


def test_a_chip_takes_the_page_s_word_for_a_known_state_and_escapes_it(rendered):
    drawn = rendered('{% chip "watch" label=word %}', word="until <b>")
    assert "until &lt;b&gt;" in drawn
    assert "chip-info" in drawn


def test_a_word_that_was_safe_once_is_escaped_where_it_is_not(rendered):
    assert "until <b>" in rendered('{% chip "watch" label=word %}', word=mark_safe("until <b>"))
    assert "until &lt;b&gt;" in rendered('{% chip "watch" label=word %}', word="until <b>")
    assert 'aria-label="&quot;"' in rendered('{% icon "eye" label=word %}', word='"')


def test_an_unknown_state_says_where_to_register_it():
    with pytest.raises(KeyError, match=r'no state "sleeping" in look/states.py'):
        state_named("sleeping")


def test_a_bare_kind_needs_its_word():
    assert state_named("alarm", "overdue by 6 h") == State("overdue by 6 h", Kind.ALARM)
    with pytest.raises(KeyError, match="alarm"):
        state_named("alarm")


def test_every_state_can_be_drawn_and_kinds_differ_in_shape():
    assert len({SHAPES[kind] for kind in Kind}) == len(Kind)
    for state in STATES.values():
        assert icon(state.icon).startswith("<svg")


def test_an_icon_that_is_not_there_says_how_to_add_it():
    with pytest.raises(KeyError, match=r"frontend/icons.js"):
        icon("dragon")


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in icon("check")
    assert 'role="img" aria-label="a &quot;b&quot;"' in icon("check", label='a "b"')


def bars(drawn: str) -> list[tuple[str, float, float]]:
    found = re.findall(r'<rect class="([\w-]+)" x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="([\d.]+)"', drawn)
    return [(kind, float(x), float(tall)) for kind, x, tall in found]


def test_a_sparkline_leaves_gaps_and_marks_alarms_and_the_incomplete():
    drawn = bars(sparkline([2, None, 4, 8], alarms=[-2], incomplete=1, width=40, height=18))
    assert [kind for kind, _x, _tall in drawn] == ["spark-bar", "spark-alarm", "spark-incomplete"]
    assert [x for _kind, x, _tall in drawn] == [0, 20, 30]
    assert [tall for _kind, _x, tall in drawn] == [4, 8, 16]


def test_a_sparkline_shares_a_scale_and_never_leaves_its_frame():
    assert [tall for _kind, _x, tall in bars(sparkline([5, 50], top=10, height=22))] == [10, 20]


def test_the_expected_line_breaks_where_there_is_none():
    path = re.search(r'd="([^"]+)"', sparkline([1, 1, 1, 1], expected=[1, None, 1, 1])).group(1)
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_a_sparkline_says_what_it_shows():
    assert 'aria-label="last 4, greatest 9 of 3"' in sparkline([9, None, 1, 4])
    assert 'aria-label="no data"' in sparkline([None])
    assert sparkline([]) == ""


def test_progress_says_how_far_and_how_long():
    assert Progress("x", 500, 1000, "/p", seconds=120).remaining == "about 2 minutes left"
    assert Progress("x", 990, 1000, "/p", seconds=120).remaining == "less than a minute left"
    assert Progress("x", 0, 1000, "/p", seconds=5).remaining == ""
    assert Progress("x", 999, 1000, "/p").percent == 99
    assert Progress("x", 5, 0, "/p").percent is None


def test_progress_asks_again_only_while_there_is_more(rendered):
    asking = 'hx-get="/p"'
    assert asking in rendered("{% progress p %}", p=Progress("x", 1, 2, "/p"))
    assert asking not in rendered("{% progress p %}", p=Progress("x", 2, 2, "/p", finished=True))
    stopped = rendered("{% progress p %}", p=Progress("x", 1, 2, "/p", problem="disk full"))
    assert asking not in stopped
    assert "disk full" in stopped


def test_the_pager_keeps_filters_and_counts_what_is_below(rendered):
    page = Paginator(range(1107), 20).page(2)
    drawn = rendered("{% pager page %}", "/?disease=cholera&page=2", page=page)
    assert 'href="?disease=cholera&amp;page=1"' in drawn
    assert 'href="?disease=cholera&amp;page=3"' in drawn
    assert "21–40 of 1,107" in drawn
    assert "1,067 more below" in drawn


@pytest.mark.parametrize(
    ("address", "options", "link", "direction"),
    [
        ("/?q=a&page=3", "", "?q=a&amp;sort=place", None),
        ("/?sort=place", "", "?sort=-place", "ascending"),
        ("/?sort=-place", "", "?sort=place", "descending"),
        ("/", 'first="descending"', "?sort=-place", None),
        ("/", 'first="descending" default=True', "?sort=place", "descending"),
        ("/?sort=disease", "default=True", "?sort=place", None),
    ],
)
def test_a_heading_sorts_and_turns(rendered, address, options, link, direction):
    drawn = rendered('{% sort_header "place" "Place" ' + options + " %}", address)
    assert f'href="{link}"' in drawn
    assert (f'aria-sort="{direction}"' in drawn) if direction else ("aria-sort" not in drawn)


class Report(forms.Form):
    place = forms.CharField(help_text="As on the map.")
    cases = forms.IntegerField(required=False)
    grave = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The two do not agree.")


def test_what_is_not_chosen_is_one_dash(rendered):
    class Choosing(forms.Form):
        kind = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("region", "region")])

    page = rendered("{% field form.kind %}", form=Choosing())
    assert '<option value="" selected>—</option>' in page
    assert "---" not in page


def test_a_field_ties_label_help_and_error_together(rendered):
    form = Report({"place": "", "cases": "many", "token": "t"})
    drawn = rendered("{% field form.place %}", form=form)
    assert '<label class="form-label" for="id_place">' in drawn
    assert 'aria-describedby="id_place-error id_place-help"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_place-error"' in drawn
    assert 'id="id_place-help">As on the map.' in drawn


def test_a_form_says_above_what_is_wrong_and_where(rendered):
    drawn = rendered("{% form form %}", form=Report({"place": "", "cases": "many", "token": "t"}))
    summary = drawn[: drawn.index("<input")]
    assert "3 things need your attention" in summary
    assert 'href="#id_cases"' in summary
    assert "The two do not agree." in summary
    assert 'type="hidden"' in drawn
    assert drawn.count("optional") == 2  # the class and the word, of the one field that may be empty


def test_a_good_form_has_no_summary(rendered):
    assert "banner" not in rendered("{% form form %}", form=Report())


def test_a_chart_brings_its_words_and_cannot_break_out_of_its_data(rendered):
    drawn = rendered('{% chart "bars" d %}{% chart "bars" d %}', d={"caption": "</script><b>", "bars": []})
    assert "</script><b>" not in drawn
    assert '"threshold": "threshold"' in drawn
    assert 'data-source="#figure-1"' in drawn
    assert 'data-source="#figure-2"' in drawn


def test_a_chart_of_an_unknown_kind_is_refused(rendered):
    with pytest.raises(ValueError, match='no figure of kind "pie"'):
        rendered('{% chart "pie" d %}', d={"caption": "x"})


def test_words_of_a_chart_follow_the_page(rendered):
    drawn = rendered('{% chart "bars" d %}', d={"caption": "x", "texts": {"expected": "usual"}})
    assert '"expected": "usual"' in drawn


def test_facts_are_pairs(rendered):
    assert rendered('{% facts "Observed" 14 "Expected" "3.1" %}').count("<dt>") == 2
    with pytest.raises(ValueError, match="zip"):
        rendered('{% facts "Observed" 14 "Expected" %}')
