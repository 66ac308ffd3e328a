"""A notification as it is read: every member of its body in the reader's language, whatever its state wrote."""

import re
from copy import deepcopy
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from tests.exchange.types.notified import LEAST, NOTIFICATION
from tests.node.notifications.scenes import bring, chain, notified

from tocsin.exchange.types.registry import TYPES
from tocsin.node.events.vocabulary.reading import kinds
from tocsin.node.notifications.models import Notification, Translation
from tocsin.node.notifications.pages.rendered import Head, changes_of, compared, rendered, rendered_body

pytestmark = pytest.mark.any_database

LANGUAGES = ("en", "ru", "zh-hans")
HEAD = Head("AL", 1, "ru", "MEMBERS")
WITHDRAWN = {
    **NOTIFICATION,
    "status": "withdrawn", "reason": "merged", "merged_into": "0197c2aa-0000-7000-8000-0000000000e2",
    "articles": ["6", "7", "8", "9.2"],
    "texts": dict.fromkeys(NOTIFICATION["texts"], "Слова."),
    "rows": [*NOTIFICATION["rows"], ["deaths", "AL-02", "65+", "female", None, "missing"]],
    "risk": dict.fromkeys(NOTIFICATION["risk"], NOTIFICATION["risk"]["national"]),
}  # fmt: skip
BODIES = {"full": NOTIFICATION, "minimal": {**NOTIFICATION, **LEAST}, "unusual": WITHDRAWN}
# Members that a page does not say, each with its reason.
NOT_SHOWN = {
    ("event",): "for machines: people know it by its serial",
    ("suppression", "rule"): "two rules may be told in one sentence",
}
# What stands in Latin letters in every language: identifiers, designations, what the state itself wrote, abbreviations.
LATIN = (
    r"AL-\d+|AL-2026-7|O1 Ogawa|GTFCC|Altania, Department of Epidemics, duty officer|0197c2aa[-0-9a-f]+|MEMBERS|Arvend|"
    r"\bPCR\b|ПЦР|WHO|(?<![A-Za-z])AL(?![A-Za-z])|ELISA"
)


@pytest.fixture(autouse=True)
def known(diseases, states):
    """What the node knows: diseases, and the states of its alliance."""


@pytest.fixture
def states(db):
    from tocsin.node.alliance.actions.setting_up import load_states
    from tocsin.node.alliance.alliance_file import alliance

    load_states(alliance(), here="AL", by=None)


def text_of(shown):
    """All words of the page, without markup."""
    page = render_to_string("notifications/rendered.html", {"shown": shown})
    facts = " ".join([" ", shown.title, *(f"{label} {value}" for label, value in shown.facts)])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub("</?span[^>]*>", "", page))) + facts


def all_said(shown):
    """The same, before it is put on a page."""
    notes = [note for section in shown.sections for table in section.tables for note in table.notes]
    return (
        shown.title,
        shown.facts,
        shown.entries(),
        [section.notes for section in shown.sections],
        notes,
        shown.not_said,
    )


def leaves(value, path=()):
    """The path of every leaf, lists of codes taken as one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and (isinstance(value[0], dict | list) or path[:1] == ("rows",)):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path


def at(body, path):
    for key in path:
        body = body[key]
    return body


def rule_at(path):
    """What the schema says of a leaf."""
    schema = TYPES["notification", 1].schema
    rule = schema
    for key in path:
        rule = _resolved(schema, rule)
        if "prefixItems" in rule:
            rule = rule["prefixItems"][key]
        else:
            rule = rule["items"] if isinstance(key, int) else rule["properties"][key]
    return _resolved(schema, rule)


def _resolved(schema, rule):
    for one in rule.get("anyOf", ()):
        if one.get("type") != "null" and one.keys() & {"$ref", "properties", "pattern", "minimum"}:
            return _resolved(schema, one)
    if "$ref" in rule:
        return _resolved(schema, schema["$defs"][rule["$ref"].rpartition("/")[2]])
    return rule


def other_than(path, value):  # noqa: PLR0911 - a table of cases
    """Something else that the member may hold: of what is empty what the full body says."""
    if path[0] != "rows" and value in (None, [], "") and at(NOTIFICATION, path) not in (None, [], ""):
        return at(NOTIFICATION, path)
    if path == ("rows",):
        return NOTIFICATION["rows"]
    if path[0] == "risk" and value is None:
        return NOTIFICATION["risk"]["national"]
    rule = rule_at(path)
    if "enum" in rule:
        return next(code for code in rule["enum"] if code != value and code not in ("all", "national"))
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        codes = _resolved(TYPES["notification", 1].schema, rule["items"])
        choices = codes.get("enum", ["DO", "EL"])
        return [code for code in choices if code not in value][:1]
    if isinstance(value, int):
        return value + 5
    if rule.get("type") == "integer" or "integer" in rule.get("type", ()) or "minimum" in rule:
        return 7
    text = "" if value is None else value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) or "0-9]{4}-" in rule.get("pattern", ""):
        return "2025-12-31"
    return "0197c2aa-0000-7000-8000-0000000000e9" if "0197" in text else "AL-77" if "AL" in text[:3] else "77"


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_a_body_is_shown(name, language):
    """Whatever leaf is another, the page is another."""
    body = BODIES[name]
    own = {"zh-hans": "zh"}.get(language, language)
    with translation.override(language):
        before = all_said(rendered_body(HEAD, body))
        unseen = []
        for path in leaves(body):
            flag, of_others = path[0] == "rows" and path[-1] == 5, path[-2:-1] == ("names",) and path[-1] != own
            if path in NOT_SHOWN or flag or of_others:  # a name in another reader's language is shown to them
                continue
            changed = deepcopy(body)
            at(changed, path[:-1])[path[-1]] = other_than(path, at(body, path))
            if all_said(rendered_body(HEAD, changed)) == before:
                unseen.append(path)
    assert not unseen


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_rendered_stands_on_the_page(name, language):
    with translation.override(language):
        shown = rendered_body(HEAD, BODIES[name])
        page = re.sub(r"[\s·]+", " ", text_of(shown))
        for label, _compared, value in shown.entries().values():
            for part in re.split(r"\s*·\s*|\n+", value):
                assert re.sub(r"\s+", " ", escape(part)) in page, (label, part)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_left_untranslated(name, language):
    with translation.override(language):
        text = text_of(rendered_body(HEAD, BODIES[name]))
    codes = {code for kind in kinds().values() for code in kind if "_" in code}
    assert not {code for code in codes if code in text}
    assert "None" not in text
    if language != "en":
        assert not re.findall(r"[A-Za-z]{2,}", re.sub(LATIN, "", text))


@pytest.mark.parametrize("kind", sorted(TYPES["notification", 1].schema["$defs"]))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_every_list_has_words(kind, language):
    from tocsin.node.notifications.pages.naming import code_words

    with translation.override(language):
        for code in kinds().get(kind, ()):
            assert "“" not in code_words(kind, code).text, (kind, code)
            assert "_" not in code_words(kind, code).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_of_a_later_release_are_shown_as_they_stand_and_said_to_be_unknown(language):
    later = {
        **NOTIFICATION, "status": "escalated", "disease": "disease-x", "hazard": "space_weather", "articles": ["10bis"],
        "measures": [{"measure": "cordon", "status": "lifted", "sector": "space", "since": None}],
        "cross_border": {"affected_states": ["ZZ"], "travel_links": []}, "verification": "contested",
        "suppression": {"below": 5, "rule": "noise"}, "rows": [["recovered", "AL-09", "x", "third", None, "blurred"]],
    }  # fmt: skip
    with translation.override(language):
        text = text_of(rendered_body(HEAD, later))
    for code in (
        "escalated", "disease-x", "space_weather", "10bis", "cordon", "lifted", "space", "ZZ", "contested", "noise",
        "recovered", "AL-09", "third", "blurred",
    ):  # fmt: skip
        assert f"“{code}”" in text or f"«{code}»" in text, code


def test_a_count_that_nobody_knows_is_unknown_and_none_is_zero():
    with translation.override("en"):
        entries = rendered_body(HEAD, NOTIFICATION).entries()
    assert entries["counts/health_workers"][2] == "unknown"
    assert entries["counts/probable"][2] == "0"


def test_a_place_without_a_name_in_the_readers_language_has_another_which_is_marked():
    with translation.override("zh-hans"):
        page = render_to_string("notifications/rendered.html", {"shown": rendered_body(HEAD, NOTIFICATION)})
    assert "诺尔韦尔" in page
    assert re.search(r'<span lang="en">Arvend', page)


def test_what_is_withheld_is_said_to_be_and_is_no_zero():
    with translation.override("en"):
        page = render_to_string("notifications/rendered.html", {"shown": rendered_body(HEAD, NOTIFICATION)})
    assert page.count(">withheld</td>") == 2
    assert "counts of 1 to 4 are withheld" in page


def test_it_says_that_it_does_not_replace_what_the_focal_point_notifies():
    for articles in (["6"], []):
        with translation.override("en"):
            text = text_of(rendered_body(HEAD, {**NOTIFICATION, "articles": articles}))
        assert "does not take the place of what the National IHR Focal Point notifies to WHO" in text
        assert ("under no article" in text) == (not articles)


def test_what_nothing_is_said_of_is_named_in_one_sentence():
    with translation.override("en"):
        said = rendered_body(HEAD, BODIES["minimal"]).not_said
    assert said.startswith("Nothing is said of: summary, means of transmission")
    with translation.override("en"):
        assert rendered_body(HEAD, NOTIFICATION).not_said == ""


def test_markup_of_another_state_is_text():
    bad = {
        **NOTIFICATION,
        "places": [{"code": "AL-01", "kind": "region", "names": dict.fromkeys(("en", "ru", "zh"), "<b>x</b>")}],
    }
    with translation.override("en"):
        page = render_to_string("notifications/rendered.html", {"shown": rendered_body(HEAD, bad)})
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_what_changed_since_the_version_before_is_listed_member_by_member(joined, partner):
    first, second = chain(partner, "notified", "updated")
    body = dict(second.body) | {
        "counts": {**second.body["counts"], "confirmed": 15}, "verification": "suspected",
        "measures": [{**second.body["measures"][0], "status": "intended"}, second.body["measures"][1]],
        "texts": {**second.body["texts"], "risk": "Высокий."}, "dates": {**second.body["dates"], "last_onset": None},
    }  # fmt: skip
    second = replace(second, body=body)
    bring(partner, joined, first, second)
    row = Notification.objects.get(pk=second.id)
    with translation.override("en"):
        found = changes_of(row)
    assert found.since == 1
    assert {one.key: (one.before, one.now) for one in found.changes} == {
        "status": ("notified", "updated"),
        "verification": ("verified", "suspected"),
        "counts/confirmed": ("12", "15"),
        "measures/water_treatment/water_sanitation": (
            "taken · water and sanitation · 6 March 2026", "intended · water and sanitation · 6 March 2026",
        ),
        "texts/risk": ("", "Высокий."),
        "dates/last_onset": ("7 March 2026", ""),
    }  # fmt: skip
    assert changes_of(Notification.objects.get(pk=first.id)) is None


def test_a_wider_audience_is_a_change():
    with translation.override("en"):
        before = rendered_body(Head("AL", 1, "ru", "SELECTIVE", ("BO",), True), NOTIFICATION)
        now = rendered_body(Head("AL", 2, "ru", "FAMILY"), NOTIFICATION)
        assert [(one.key, one.before) for one in compared(before, now)] == [
            ("head/audience", "Borenia"), ("head/no_onward_sharing", "forbidden"),
        ]  # fmt: skip
        assert compared(now, now) == []
        assert "Altania forbids passing this on" in text_of(before)


@pytest.fixture
def came(joined, partner):
    """A notification of a partner, in Russian."""
    document = notified(partner)
    bring(partner, joined, document)
    return Notification.objects.get(pk=document.id)


def translated(row, **given):
    fields = {
        "of_id": row.document_id, "of_origin": row.origin, "of_type": "notification", "of_version": row.version,
        "field": "measures", "language": "en", "text": "Water is brought.", "standing": "machine", "node": "CE",
        "document": "0197c2aa-0000-7000-8000-0000000000aa",
    }  # fmt: skip
    return Translation.objects.create(**(fields | given))


def shown_text(row, language="en", key="measures"):
    with translation.override(language):
        return next(text for text in rendered(row).texts if text.key == key)


def test_a_text_is_the_original_where_nobody_translated_it(came):
    text = shown_text(came)
    assert (text.text, text.standing, text.language) == ("Вода подвозится.", "original", "ru")
    assert text.mark == "original (Russian)"


def test_a_machines_translation_is_marked_and_the_original_is_one_click_away(came):
    translated(came)
    text = shown_text(came)
    assert (text.text, text.mark) == ("Water is brought.", "machine translation, not checked: Cetara")
    with translation.override("en"):
        page = render_to_string("notifications/rendered.html", {"shown": rendered(came)})
    assert re.search(r"<details[^>]*><summary>original \(Russian\)</summary>.*Вода подвозится", page, re.S)
    assert shown_text(came, "ru").standing == "original"


def test_what_a_person_checked_goes_before_what_a_machine_wrote(came):
    translated(came)
    translated(came, text="Water is supplied.", standing="human_checked", document=None, node="AL")
    assert shown_text(came).text == "Water is supplied."
    assert shown_text(came).mark == "translation, checked by a person: Altania"


@pytest.mark.parametrize("language", ["zh", "zh-hans", "zh-cn"])
def test_chinese_is_found_by_whatever_its_state_calls_it(came, language):
    translated(came, language=language, text="正在送水。")
    assert shown_text(came, "zh-hans").text == "正在送水。"


def test_what_is_erased_has_no_sections_and_says_so(came):
    Notification.objects.filter(pk=came.pk).update(body={}, erased_at=came.came_at)
    came.refresh_from_db()
    with translation.override("en"):
        shown = rendered(came)
        assert shown.sections == []
        assert "The words of this version were erased" in text_of(shown)
        assert changes_of(came) is None


def test_what_is_void_is_shown_and_said_to_be_void(came):
    Notification.objects.filter(pk=came.pk).update(withdrawn_at=came.came_at)
    came.refresh_from_db()
    with translation.override("en"):
        assert "This version is void" in text_of(rendered(came))
        assert rendered(came).texts


def test_queries_are_as_many_for_a_long_notification_as_for_a_short_one(came, django_assert_max_num_queries):
    with translation.override("en"), django_assert_max_num_queries(8):
        rendered(came)
