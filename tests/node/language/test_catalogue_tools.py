"""Finding texts, keeping translations, and seeing what is wrong with them, on catalogues of a few lines."""

import gettext
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.node.language import catalogue, compiled, proofreading
from tocsin.node.language.extraction import texts

VIEWS = """
from django.utils.translation import gettext as _, ngettext, pgettext, npgettext, gettext_lazy

def view(n, name):
    # Translators: a place where uploads are put
    _("Folder")
    _("Week " "of %(day)s")
    _(name)
    pgettext("verb", "Order")
    pgettext("series", "Order")
    npgettext("people", "%(n)s contact", "%(n)s contacts", n)
    return ngettext("%(n)s signal", "%(n)s signals", n) % {"n": n}
"""
PAGE = """{% load i18n %}
<div>
      <p title="{% translate "It's due" %}">{{ n|default:_("none") }} = it's "here" (
    {# Translators: the button under the form #}
  <button>{% translate "Save" context "verb" %}</button>
        {% blocktranslate trimmed count n=signals|length with x=y %}
            One <b>outbreak</b>
        {% plural %}
            {{ n }} <b>outbreaks</b> in {{ x }}
        {% endblocktranslate %}
    100% {% translate "100% of %(x)s" %}</p>
"""


@pytest.fixture
def code(tmp_path) -> Path:
    root = tmp_path / "node"
    (root / "cases/templates/cases").mkdir(parents=True)
    (root / "cases/views.py").write_text(VIEWS, "utf-8")
    (root / "cases/templates/cases/page.html").write_text(PAGE, "utf-8")
    (root / "static").mkdir()
    (root / "static/build.py").write_text('_("not ours")')
    return root


@pytest.fixture
def locales(tmp_path) -> Path:
    return tmp_path / "locale"


def one_text(code: Path, source: str) -> Path:
    """The code cut down to one text."""
    (code / "cases/views.py").write_text(source, "utf-8")
    (code / "cases/templates/cases/page.html").unlink(missing_ok=True)
    return code


def translated(code: Path, locales: Path, source: str, answer: object, language: str = "ru") -> list[tuple[str, str]]:
    """What the proofreader says of one text with this translation: kinds and details."""
    one_text(code, source)
    catalogue.update(language, root=code, locales=locales)
    (task,) = catalogue.to_do(language, root=code, locales=locales, everything=True)
    assert catalogue.fill(language, {task["key"]: answer}, locales=locales).refused == []
    found = proofreading.problems(language, root=code, locales=locales)
    return [(problem.kind, problem.detail) for problem in found]


def kinds(*arguments, **options) -> list[str]:
    return [kind for kind, _ in translated(*arguments, **options)]


def test_texts_of_python_and_templates_are_found_with_contexts_plurals_and_comments(code):
    found = {(text.context, text.singular): (text.plural, text.file) for text in texts(code)}
    page, views = "cases/templates/cases/page.html", "cases/views.py"
    assert found == {
        (None, "Folder"): (None, views),
        (None, "Week of %(day)s"): (None, views),
        ("verb", "Order"): (None, views),
        ("series", "Order"): (None, views),
        ("people", "%(n)s contact"): ("%(n)s contacts", views),
        (None, "%(n)s signal"): ("%(n)s signals", views),
        (None, "It's due"): (None, page),
        (None, "none"): (None, page),
        ("verb", "Save"): (None, page),
        (None, "One <b>outbreak</b>"): ("%(n)s <b>outbreaks</b> in %(x)s", page),
        (None, "100%% of %%(x)s"): (None, page),
    }
    comments = {text.singular: text.comments for text in texts(code) if text.comments}
    assert comments == {
        "Folder": ("Translators: a place where uploads are put",),
        "Save": ("Translators: the button under the form",),
    }


def test_a_text_that_a_template_would_cut_short_is_refused(code):
    (code / "cases/templates/cases/page.html").write_text("{% load i18n %}{% translate 'It\\'s due' %}")
    with pytest.raises(ValueError, match=r"page\.html"):
        list(texts(code))


def test_a_catalogue_is_written_alike_each_time_and_without_dates_or_line_numbers(code, locales):
    catalogue.update("ru", root=code, locales=locales)
    first = catalogue.path("ru", locales).read_bytes()
    (code / "cases/views.py").write_text("\n\n\n" + VIEWS, "utf-8")
    catalogue.update("ru", root=code, locales=locales)
    assert catalogue.path("ru", locales).read_bytes() == first
    assert b"views.py\n" in first
    assert b"Date" not in first


def test_updating_keeps_translations_guesses_nothing_and_drops_what_is_gone(code, locales):
    one_text(code, '_("Folder"); _("Gone")')
    catalogue.update("ru", root=code, locales=locales)
    catalogue.fill("ru", {"Folder": "Папка", "Gone": "Нет"}, locales=locales)
    one_text(code, '_("Folder"); _("Folders"); pgettext("verb", "Folder")')
    catalogue.update("ru", root=code, locales=locales)
    now = {catalogue.identity(message): message.string for message in catalogue.read("ru", locales) if message.id}
    assert now == {(None, "Folder"): "Папка", (None, "Folders"): "", ("verb", "Folder"): ""}


def test_a_text_that_gets_a_plural_is_translated_anew(code, locales):
    translated(code, locales, '_("%(n)s case")', "%(n)s случай")
    one_text(code, 'ngettext("%(n)s case", "%(n)s cases", n)')
    assert [problem.kind for problem in proofreading.problems("ru", root=code, locales=locales)] == ["plurals"]
    (task,) = catalogue.to_do("ru", root=code, locales=locales)
    assert "translation" not in task
    assert len(task["forms"]) == 3


def test_translators_are_told_what_they_have_to_know(code, locales):
    asked = catalogue.to_do("zh-hans", root=code, locales=locales)
    tasks = {(task["text"], task.get("context")): task for task in asked}
    contact = tasks["%(n)s contact", "people"]
    assert contact["plural"] == "%(n)s contacts"
    assert contact["forms"] == ["any number"]
    assert contact["where"] == ["cases/views.py"]
    assert tasks["Folder", None]["comments"] == ["Translators: a place where uploads are put"]
    assert len({task["key"] for task in asked}) == len(asked)
    json.dumps(asked)


def test_answers_that_do_not_fit_are_refused_and_the_rest_is_taken(code, locales):
    tasks = {task["text"]: task["key"] for task in catalogue.to_do("ru", root=code, locales=locales)}
    filled = catalogue.fill(
        "ru",
        {
            "Folder": "Папка",
            tasks["%(n)s signal"]: ["%(n)s сигнал", "%(n)s сигнала", "%(n)s сигналов"],
            "%(n)s contact": ["%(n)s контакт"],
            "Order": "Порядок",
            "none": " ",
            "unknown": "нет",
        },
        locales=locales,
    )
    assert filled.taken == 2
    assert [refusal.split(":")[0] for refusal in filled.refused] == [
        "'%(n)s contact'",
        "'Order'",
        "'none'",
        "'unknown'",
    ]
    left = {task["text"] for task in catalogue.to_do("ru", root=code, locales=locales)}
    assert not {"Folder", "%(n)s signal"} & left


@pytest.mark.parametrize(
    ("language", "source", "answer", "kind"),
    [
        ("ru", '_("%(n)s cases")', "%(m)s случаев", "values"),
        ("ru", '_("{n} cases")', "случаев", "values"),
        ("ru", '_("%s of %s")', "%s из", "values"),
        ("ru", 'ngettext("One case", "%(n)s cases", n)', ["Один случай", "%(n)s случая", "%(n)s случаев"], "values"),
        ("ru", '_("<b>New</b>")', "Новое", "markup"),
        ("ru", '_("New")', "New", "as in English"),
        ("ru", '_("New")', "新", "letters"),
        ("zh-hans", '_("New")', "Новое", "letters"),
        ("zh-hans", '_("New, today")', "今天新增,今天", "letters"),
        ("ru", '_("New ")', "Новое", "spaces"),
        ("ru", '_("Surveillance")', "Наблюдение", "term"),
        ("ru", '_("Case fatality")', "Смертность", "term"),
        ("zh-hans", '_("Outbreak")', "爆发", "term"),
        ("zh-hans", '_("Being watched")', "监视", "term"),
        ("zh-hans", '_("New signal")', "新预警信号", "term"),
    ],
)
def test_a_wrong_translation_is_seen(code, locales, language, source, answer, kind):
    assert kinds(code, with_rules(locales), source, answer, language=language)[:1] == [kind]


@pytest.mark.parametrize(
    ("language", "source", "answer"),
    [
        ("ru", '_("%(n)s cases")', "Случаев: %(n)s"),
        ("ru", 'ngettext("One case", "%(n)s cases", n)', ["%(n)s случай", "%(n)s случая", "%(n)s случаев"]),
        ("zh-hans", 'ngettext("One case", "%(n)s cases", n)', ["%(n)s例"]),
        ("ru", '_("%(from)s – %(to)s")', "%(from)s – %(to)s"),
        ("ru", '_("CSV")', "CSV"),
        ("ru", '_("Medical observation")', "Медицинское наблюдение"),
        ("ru", '_("Event-based surveillance")', "Эпидемиологический надзор на основе событий"),
        ("zh-hans", '_("Outbreak, today")', "暴发，今天"),
        ("ru", 'gettext("100%% of %(x)s")', "%(x)s: 100%%"),
    ],
)
def test_a_right_translation_passes(code, locales, language, source, answer):
    assert translated(code, with_rules(locales), source, answer, language=language) == []


def with_rules(locales: Path) -> Path:
    """Our own glossary beside a test's catalogues."""
    locales.mkdir(exist_ok=True)
    for name in ("terms.toml", "same_in_all.txt"):
        (locales / name).write_bytes((compiled.LOCALES / name).read_bytes())
    return locales


def test_gaps_and_leftovers_are_seen(code, locales):
    translated(code, locales, '_("Folder")', "Папка")
    one_text(code, '_("Other")')
    assert [problem.kind for problem in proofreading.problems("ru", root=code, locales=locales)] == [
        "missing", "superfluous",
    ]  # fmt: skip
    catalogue.update("ru", root=code, locales=locales)
    assert [problem.kind for problem in proofreading.problems("ru", root=code, locales=locales)] == ["untranslated"]


def test_an_unsure_translation_is_a_problem_and_is_not_shown(code, locales):
    translated(code, locales, '_("Folder")', "Папка")
    source = catalogue.path("ru", locales)
    source.write_text(source.read_text("utf-8").replace('msgid "Folder"', '#, fuzzy\nmsgid "Folder"'), "utf-8")
    assert [problem.kind for problem in proofreading.problems("ru", root=code, locales=locales)] == ["fuzzy"]
    assert reading(locales, "ru").gettext("Folder") == "Folder"
    assert len(catalogue.to_do("ru", root=code, locales=locales)) == 1


def test_one_singular_with_two_plurals_is_a_problem(code, locales):
    one_text(code, 'ngettext("A case", "Cases", n); ngettext("A case", "%(n)s cases", n)')
    catalogue.update("ru", root=code, locales=locales)
    assert "plurals" in [problem.kind for problem in proofreading.problems("ru", root=code, locales=locales)]


def reading(locales: Path, language: str) -> gettext.GNUTranslations:
    """The catalogue as Python's gettext reads it once compiled."""
    folder = compiled.compiled_folder(locales)
    with (folder / catalogue.TRANSLATED[language] / "LC_MESSAGES/django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_russian_has_three_plural_forms_and_chinese_one(code, locales):
    source = 'ngettext("%(n)s case", "%(n)s cases", n)'
    translated(code, locales, source, ["%(n)s случай", "%(n)s случая", "%(n)s случаев"])
    translated(code, locales, source, ["%(n)s例"], language="zh-hans")
    russian, chinese = reading(locales, "ru"), reading(locales, "zh-hans")
    forms = {n: russian.ngettext("%(n)s case", "%(n)s cases", n) for n in (1, 2, 5, 11, 12, 21, 22, 25, 101, 111)}
    endings = {n: form.rpartition("случа")[2] for n, form in forms.items()}
    assert endings == {1: "й", 2: "я", 5: "ев", 11: "ев", 12: "ев", 21: "й", 22: "я", 25: "ев", 101: "й", 111: "ев"}
    assert {chinese.ngettext("%(n)s case", "%(n)s cases", n) for n in (1, 2, 5)} == {"%(n)s例"}


def test_only_older_catalogues_are_compiled(code, locales):
    translated(code, locales, '_("Folder")', "Папка")
    assert len(compiled.compile_catalogues(locales)) == 1
    assert compiled.compile_catalogues(locales) == []
    later = catalogue.path("ru", locales).stat().st_mtime + 10
    os.utime(catalogue.path("ru", locales), (later, later))
    assert len(compiled.compile_catalogues(locales)) == 1
    assert list(locales.rglob("*.part")) == []


def test_where_the_package_may_not_be_written_to_the_cache_folder_serves(code, locales, tmp_path, monkeypatch):
    translated(code, locales, '_("Folder")', "Папка")
    monkeypatch.setattr(compiled.platformdirs, "user_cache_path", lambda _: tmp_path / "cache")
    replace = compiled._replace

    def only_the_cache(path: Path, content: bytes) -> None:
        if path.is_relative_to(locales):
            raise PermissionError(13, "read-only", str(path))
        replace(path, content)

    monkeypatch.setattr(compiled, "_replace", only_the_cache)
    assert compiled.compiled_folder(locales).is_relative_to(tmp_path / "cache")
    assert reading(locales, "ru").gettext("Folder") == "Папка"


def test_the_script_lists_what_is_to_be_translated():
    script = Path(__file__).resolve().parents[3] / "scripts/messages.py"
    run = subprocess.run(
        [sys.executable, script, "extract"], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    found = [json.loads(line) for line in run.stdout.splitlines()]
    assert {"singular": "just now", "file": "language/formats.py"} in found


def test_a_call_that_a_module_names_in_its_own_way_is_found_too(code):
    found = list(texts(one_text(code, "from django.utils.translation import gettext as say\nsay('No such place')\n")))
    assert [text.singular for text in found if text.file == "cases/views.py"] == ["No such place"]


def test_a_call_that_a_module_gives_another_name_to_is_found_too(code):
    source = "from django.utils.translation import gettext_lazy, pgettext_lazy\nL = gettext_lazy\nC = pgettext_lazy\n"
    one_text(code, source + "TITLES = {'sign': L('Signed.'), 'order': C('verb', 'Order')}\n")
    found = [(text.singular, text.context) for text in texts(code) if text.file.endswith(".py")]
    assert found == [("Signed.", None), ("Order", "verb")]
