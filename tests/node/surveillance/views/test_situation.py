"""The first page: who is shown what, what is counted as new, and the report that is made of it."""

import io
import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from tocsin.node.alliance.models import AuditEntry, Person
from tocsin.node.alliance.roles import Role
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.models import Screening, Signal, Source, Thread, Upload
from tocsin.node.surveillance.pages.situation_report import last_complete_week

LANGUAGES = ("en", "ru", "zh-hans")
A_HOUR = timedelta(hours=1)


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def news(answer) -> str:
    found = re.search(r'<strong class="news">(.*?)</strong>', answer.text, re.S)
    return found[1].strip() if found else ""


def figure(answer, name: str) -> dict:
    """Data of the figure of that name, as charts.js reads them."""
    return json.loads(re.search(rf'<script id="figure-{name}" type="application/json">(.*?)</script>', answer.text)[1])


def tile(answer, name: str, figure_name: str = "map") -> dict:
    return next(cell for cell in figure(answer, figure_name)["cells"] if cell["name"] == name)


def opened(answer) -> list[str]:
    return re.findall(r'data-open href="[^"]*">([^<]*)</a>', answer.text)


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def screening(source):
    """screening(…): one of the source that is done; fields of Screening may be given."""

    def make(**given: object) -> Screening:
        fields = {"source": source, "status": "done", "finished_at": timezone.now(), "series": 7, "signals_found": 2}
        return Screening.objects.create(**{**fields, "generation": 0, **given})

    return make


def moved(disease: str, score: float, **given: object) -> dict[str, object]:
    said = {"disease": disease, "series": None, "counts": [3.0, 4.0], "usual_line": [2.0, None], "recent": 84.0}
    return {**said, "usual": 40.0, "against": "years", "score": score, **given}


def kept(*diseases: dict[str, object], last: str = "2026-03-09", incomplete: int = 0) -> dict[str, object]:
    dates = [str(date.fromisoformat(last) - timedelta(weeks=1)), last]
    return {"every": "week", "dates": dates, "incomplete": incomplete, "diseases": list(diseases)}


# The answer


@pytest.mark.parametrize(
    ("threads", "late", "said"),
    [
        (0, 0, "Nothing waits for you, and every source is on time"),
        (1, 0, "1 thread needs you · every source is on time"),
        (0, 1, "No thread needs you · 1 source late"),
        (3, 2, "3 threads need you · 2 sources late"),
    ],
)
def test_the_title_counts_what_needs_the_person(browser, thread, source, threads, late, said):
    for _ in range(threads):
        thread()
    for number in range(late):
        Source.objects.create(
            name=f"Late {number}", organisation=source.organisation, place=source.place,
            made_at=timezone.now() - timedelta(days=8 + number * 10),
        )  # fmt: skip
    assert title(browser.get("/")) == said


@pytest.mark.parametrize(
    ("own", "partners", "said"),
    [
        (0, 1, "Nothing waits for you, and every source is on time · counts of 1 partner late"),
        (1, 2, "No thread needs you · 1 source late · counts of 2 partners late"),
    ],
)
def test_what_a_partner_owes_is_no_source_of_ones_own_that_is_late(browser, source, state, own, partners, said):
    given = {"organisation": source.organisation, "place": source.place, "made_at": timezone.now() - timedelta(days=30)}
    for number in range(own):
        Source.objects.create(name=f"Late {number}", **given)
    for code in ("BO", "CE")[:partners]:
        for counted in ("cases", "deaths"):
            Source.objects.create(name=f"{code} {counted}", shared_by_id=code, **given)
    answer = browser.get("/")
    assert title(answer) == said
    late = re.search(r'<section class="situation-late".*?</section>', answer.text, re.DOTALL)[0]
    assert late.count("shared by Borenia") == 2
    if own:
        assert late.index("Late 0") < late.index("shared by Borenia"), "one's own first"
    assert "Nothing" in said or title(browser.get(reverse("sources"))) == (
        "1 of 2 sources are late · counts of 2 partners late"
    )


def test_a_delegate_decides_upon_nothing_and_is_told_so(people, signed_in, thread):
    thread()
    answer = signed_in(people["council_delegate"]).get("/")
    assert title(answer) == "1 thread waits for a decision · every source is on time"
    assert reverse("situation_report", args=["docx"]) in answer.text


def test_a_thread_in_hand_counts_once_and_somebody_else_s_does_not(browser, thread, amina, person):
    mine = thread(status=Thread.Status.TRIAGED, assignee=amina)
    thread(status=Thread.Status.NEW, assignee=amina)
    thread(status=Thread.Status.TRIAGED, assignee=person("epidemiologist", name="Other"))
    answer = browser.get("/")
    assert title(answer).startswith("2 threads need you")
    assert reverse("signal", args=[mine.pk]) in answer.text


def test_the_gravest_come_first_and_only_so_many(browser, thread):
    for number in range(10):
        thread("influenza", priority=10.0 + number)
    thread("plague", priority=132.0)
    answer = browser.get("/")
    assert opened(answer)[0] == "Plague"
    assert len(opened(answer)) == 8
    assert "3 more threads above your line" in answer.text


def test_what_is_below_the_line_is_said(browser, thread, amina):
    Person.objects.filter(pk=amina.pk).update(budget=1)
    thread()
    thread()
    answer = browser.get("/")
    assert title(answer).startswith("1 thread needs you")
    assert "1 below your line" in answer.text


def test_watches_of_one_s_own_that_end_soon(browser, thread, amina, person):
    today = timezone.localdate()
    soon, later, other = thread("cholera"), thread("measles"), thread("rabies")
    triage.watch([soon], versions={soon.pk: 0}, until=today + timedelta(days=5), text="", by=amina)
    triage.watch([later], versions={later.pk: 0}, until=today + timedelta(days=20), text="", by=amina)
    triage.watch(
        [other],
        versions={other.pk: 0},
        until=today + timedelta(days=5),
        text="",
        by=person("epidemiologist", name="Other"),
    )
    answer = browser.get("/")
    assert reverse("signal", args=[soon.pk]) in answer.text
    assert reverse("signal", args=[later.pk]) not in answer.text
    assert reverse("signal", args=[other.pk]) not in answer.text


# What is new


def test_the_first_look_says_so_and_notes_it(browser, amina, source):
    assert "your first look" in browser.get("/").text
    amina.refresh_from_db()
    assert timezone.now() - amina.seen_situation_at < timedelta(minutes=1)


def test_what_came_since_the_last_visit_is_new_until_this_visit_ends(browser, amina, thread, screening):
    before = timezone.now() - 10 * A_HOUR
    Person.objects.filter(pk=amina.pk).update(seen_situation_at=before)
    thread("plague")
    thread("cholera", opened_at=before - A_HOUR)
    thread("rabies", opened_at=before - A_HOUR, last_signal_at=before - A_HOUR)
    screening()
    for _ in range(2):
        answer = browser.get("/")
        assert news(answer) == "1 new thread, 1 thread has new signals and 1 screening"
        assert answer.text.count('class="is-new"') == 1
    amina.refresh_from_db()
    assert amina.seen_situation_at > before + 9 * A_HOUR


def test_a_visit_moves_the_moment_on_once_and_ends_after_half_an_hour(browser, amina, source):
    browser.get("/")
    amina.refresh_from_db()
    first = amina.seen_situation_at
    browser.get("/")
    amina.refresh_from_db()
    assert amina.seen_situation_at == first
    session = browser.session
    session["situation_visit"] = {
        **session["situation_visit"],
        "at": (timezone.now() - timedelta(minutes=31)).isoformat(),
    }
    session.save()
    browser.get("/")
    amina.refresh_from_db()
    assert amina.seen_situation_at > first


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"HX-Request": "true"}]
)
def test_what_a_machine_fetches_is_no_visit(browser, amina, source, header):
    browser.get("/", headers=header)
    browser.head("/")
    amina.refresh_from_db()
    assert amina.seen_situation_at is None
    assert "situation_visit" not in browser.session


# Where


def test_tiles_count_open_threads_and_lead_to_them(browser, thread):
    thread(place="XX-11")
    thread(place="XX-1", status=Thread.Status.UNDER_VERIFICATION)
    thread(place="XX-21", status=Thread.Status.DISCARDED)
    thread(place="XX")
    answer = browser.get("/")
    first = tile(answer, "Region 1")
    assert (first["value"], first["text"], first["row"], first["column"]) == (2, "2 open threads", 1, 1)
    assert first["href"] == "/signals/?status=open&place=XX-1"
    assert tile(answer, "Region 2")["text"] == "no open thread"
    assert "1 thread of a larger area is not on it." in figure(answer, "map")["caption"]


def test_the_link_of_a_tile_shows_as_many_threads_as_it_counts(browser, thread):
    thread(place="XX-11")
    thread(place="XX-1")
    thread(place="XX-2")
    shown = browser.get(tile(browser.get("/"), "Region 1")["href"])
    assert len(opened(shown)) == 2


def test_only_what_a_rule_says_of_the_gravest_is_marked(browser, thread):
    thread("plague", place="XX-11", priority=132.0)
    thread(place="XX-2")
    answer = browser.get("/")
    assert tile(answer, "Region 1")["tone"] == "alarm"
    assert "tone" not in tile(answer, "Region 2")


def test_districts_and_one_disease_by_how_far_it_is_above(browser, thread):
    thread("cholera", place="XX-11", observed=21.0, threshold=7.0)
    thread("cholera", place="XX-11", observed=14.0, threshold=7.0)
    thread("measles", place="XX-12")
    answer = browser.get("/?level=district&disease=cholera")
    assert (tile(answer, "District 11")["value"], tile(answer, "District 11")["text"]) == (3.0, "×3.0 the threshold")
    assert tile(answer, "District 11")["href"] == "/signals/?status=open&place=XX-11&disease=cholera"
    assert tile(answer, "District 12")["value"] == 0


@pytest.mark.parametrize(
    "query", ["level=nonsense", "disease=nonsense", "map=boundaries", "axes=nonsense", "level=%00"]
)
def test_addresses_that_make_no_sense_show_the_page_all_the_same(browser, thread, query):
    thread()
    assert browser.get(f"/?{query}").status_code == 200


def test_other_states_have_shared_nothing_yet(browser, thread, state):
    thread()
    cells = figure(browser.get("/"), "alliance")["cells"]
    assert [cell["value"] for cell in cells if cell["short"] == state.code] == [1]
    others = [cell for cell in cells if cell["short"] != state.code]
    assert others
    assert all(cell["value"] is None and "href" not in cell for cell in others)
    assert figure(browser.get("/"), "alliance")["texts"]["missing"] == "no data shared yet"


def test_a_map_that_leaves_threads_out_says_so(browser, thread, monkeypatch):
    monkeypatch.setattr("tocsin.node.surveillance.pages.tile_maps.MOST", 2)
    for _ in range(3):
        thread()
    made = figure(browser.get("/"), "map")
    assert "Of the 2 gravest open threads." in made["caption"]
    assert sum(cell["value"] for cell in made["cells"]) == 2


@pytest.fixture
def elsewhere(service, places):
    """elsewhere(tiles): a source of public counts of a country outside the alliance, with two regions."""

    def make(*, tiles: bool) -> dict[str, object]:
        root = add_place(code="PE", kind="country", parent=None, names=("Peru", "Перу", "秘鲁"))
        for number in (1, 2):
            places[f"PE-{number}"] = add_place(
                code=f"PE-{number}", kind="region", parent=root, names=(f"Coast {number}", "", ""),
                tile=(0, number) if tiles else None,
            )  # fmt: skip
        places["PE"] = root
        return Source.objects.create(
            name="Dengue, Peru", organisation=service, place=root, provenance="Public counts of Peru."
        )

    return make


@pytest.mark.parametrize("tiles", [True, False])
def test_public_counts_have_tiles_where_they_have_positions_and_bars_elsewhere(browser, thread, elsewhere, tiles):
    elsewhere(tiles=tiles)
    thread("dengue", place="PE-1")
    made = figure(browser.get("/"), "map-1")
    assert ("bars" in made, "cells" in made) == (not tiles, tiles)
    assert made["caption"].endswith("Not data of the alliance: Public counts of Peru.")
    if not tiles:
        assert [(bar["label"], bar["value"]) for bar in made["bars"]] == [("Coast 1", 1)]


def test_of_many_countries_elsewhere_the_busiest_are_drawn(browser, thread, service, places):
    for number in range(8):
        root = add_place(code=f"Q{number}", kind="country", parent=None, names=(f"Country {number}", "", ""))
        names = (f"Region {number}", "", "")
        places[f"Q{number}-1"] = add_place(code=f"Q{number}-1", kind="region", parent=root, names=names, tile=(0, 0))
        Source.objects.create(name=f"Counts {number}", organisation=service, place=root, provenance="Public counts.")
    thread("dengue", place="Q7-1")
    thread("cholera", place="Q7-1")
    thread("dengue", place="Q5-1")
    answer = browser.get("/")
    titles = re.findall(r"<h3>(Country \d)</h3>", answer.text)
    assert titles == [f"Country {number}" for number in (7, 5, 0, 1, 2, 3)]
    assert [figure(answer, f"map-{at}")["cells"][0]["value"] for at in (1, 2, 3)] == [2, 1, 0]
    assert ">2 more</a>" in answer.text


def test_a_thread_of_a_whole_country_elsewhere_is_said_in_words(browser, thread, elsewhere):
    elsewhere(tiles=False)
    thread("dengue", place="PE")
    assert "1 open thread, in no single region. Not data of the alliance" in browser.get("/").text


# When


def test_what_moved_most_comes_first_with_the_usual_beside_it(browser, screening, diseases):
    screening(movers=kept(moved("cholera", 2.0), moved("measles", -7.5), moved("rabies", 5.0)))
    made = figure(browser.get("/"), "1")
    assert [panel["title"] for panel in made["panels"]] == ["Measles", "Human rabies", "Cholera"]
    assert made["panels"][0]["note"] == "84 (40)"
    assert made["panels"][0]["expected"] == [2.0, None]
    assert made["axes"] == "same"
    assert made["ticks"] == ["2 Mar", "9 Mar"]
    assert figure(browser.get("/?axes=own"), "1")["axes"] == "own"


def test_sources_that_end_at_other_weeks_have_a_figure_of_their_own(browser, screening, elsewhere, diseases):
    public = elsewhere(tiles=False)
    screening(movers=kept(moved("cholera", 2.0)))
    screening(source=public, movers=kept(moved("dengue", 9.0), last="2024-12-30"))
    answer = browser.get("/")
    first, second = figure(answer, "1"), figure(answer, "2")
    assert [panel["title"] for panel in first["panels"]] == ["Dengue, Peru"]
    assert "30 December 2024" in first["caption"]
    assert [panel["title"] for panel in second["panels"]] == ["Cholera, Testland"]


def test_the_last_screening_that_ended_is_shown_those_that_failed_first(browser, screening, source, service, places):
    screening(asked_at=timezone.now() - A_HOUR, series=1)
    screening(series=23_456)
    screening(status="running", finished_at=None, series=None)
    other = Source.objects.create(name="Broken", organisation=service, place=places["XX"])
    screening(source=other, status="failed", problem={"text": "alpha is 2, but must be below 1"}, series=None)
    text = browser.get("/").text
    assert text.index("Broken") < text.rindex("Weekly counts")
    assert "23,456" in text
    assert "alpha is 2, but must be below 1" in text


# Everybody has a first page


@pytest.mark.parametrize("role", list(Role.values))
def test_nobody_who_is_signed_in_is_refused(people, signed_in, thread, role):
    thread()
    assert signed_in(people[role]).get("/").status_code == 200


def test_somebody_without_a_role_is_told_whom_to_ask(person, signed_in):
    assert title(signed_in(person()).get("/")) == "You have no role here yet: ask the administrator for one"


def test_a_stranger_signs_in_first(client, db):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next=/")


def test_a_clinician_sees_what_became_of_their_reports_and_nothing_else(people, signed_in, thread):
    clinician, mine, other = people["clinician"], thread("cholera", status="under_verification"), thread("plague")
    Signal.objects.create(
        kind="clinician", thread=mine, disease=mine.disease, place=mine.place, period=mine.last_period,
        organisation=clinician.organisation, by=clinician, text="Three guests of one wedding",
    )  # fmt: skip
    answer = signed_in(clinician).get("/")
    assert title(answer) == "1 report of your organisation is being looked at"
    assert reverse("signal", args=[mine.pk]) in answer.text
    assert "under verification" in answer.text
    assert reverse("signal", args=[other.pk]) not in answer.text
    assert "figure" not in answer.text


def test_a_laboratory_sees_its_own_tables_and_when_the_next_is_due(people, signed_in, source, service, state):
    from tocsin.node.alliance.models import Organisation

    laboratory = people["laboratory"]
    other = Organisation.objects.create(state=state, kind="laboratory", name_en="Other laboratory")
    Source.objects.create(name="Theirs", organisation=other, place=source.place)
    Source.objects.filter(pk=source.pk).update(made_at=timezone.now() - timedelta(days=30))
    Upload.objects.create(source=source, by=laboratory, file_name="week 10.xlsx")
    text = signed_in(laboratory).get("/").text
    assert "week 10.xlsx" in text
    assert "overdue" in text
    assert "Theirs" not in text


def test_a_page_without_sources_teaches_the_first_steps(browser, people, signed_in, state):
    answer = browser.get("/")
    assert title(answer) == "Nothing is counted here yet"
    assert reverse("new_source") in answer.text
    assert reverse("new_source") not in signed_in(people["council_delegate"]).get("/").text


def test_a_page_has_the_same_queries_whatever_there_is(browser, thread, screening, service, places, diseases, amina):
    def queries() -> int:
        browser.get("/")
        with CaptureQueriesContext(connection) as counted:
            browser.get("/?level=district&disease=cholera")
        return len(counted)

    for _ in range(2):
        thread(places_by_kind={"district": 2})
        thread(status="triaged", assignee=amina, places_by_kind={"district": 2})
    screening(movers=kept(moved("cholera", 2.0)))
    few = queries()
    for number in range(12):
        thread(place=f"XX-{1 + number % 2}{1 + number % 3}", places_by_kind={"district": 2})
        thread(status="triaged", assignee=amina, places_by_kind={"district": 2})
        other = Source.objects.create(name=f"Source {number}", organisation=service, place=places["XX"])
        screening(source=other, movers=kept(moved("measles", 1.0 + number)))
    assert queries() == few
    assert few <= 30


# The report


@pytest.fixture
def full(thread, screening, elsewhere):
    """A week with threads, trends, public counts and a late source."""
    public = elsewhere(tiles=False)
    thread("plague", place="XX-11", kinds=["rule"], observed=1.0, expected=None, threshold=1.0, priority=132.0)
    thread("cholera", place="XX-12")
    screening(movers=kept(moved("cholera", 5.0)))
    Source.objects.filter(pk=public.pk).update(made_at=timezone.now() - timedelta(days=40))


SAID = {
    "en": ("Plague", "District 11", "Cholera", "Public counts of Peru."),
    "ru": ("Чума", "Район 11", "Холера", "Public counts of Peru."),
    "zh-hans": ("鼠疫", "第11县", "霍乱", "Public counts of Peru."),
}


def words_of(document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_in_the_language_asked_for(browser, full, language):
    answer = browser.get(f"/situation/report.docx?language={language}")
    document = Document(io.BytesIO(answer.content))
    text = words_of(document)
    for words in SAID[language]:
        assert words in text
    assert document.core_properties.language == language
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[1][:2] == list(SAID[language][:2])
    assert rows[1][3] == "1"
    assert "EXERCISE · УЧЕНИЕ · 演练" in [p.text for p in document.sections[0].header.paragraphs]


def test_the_report_is_made_of_styles_pictures_and_plain_words(browser, full):
    document = Document(io.BytesIO(browser.get("/situation/report.docx").content))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Summary", "Signals that need attention", "Map", "Trends", "Sources that are late", "Notes"]
    assert len(document.inline_shapes) == 2  # the regions, and one disease that moved
    text = words_of(document)
    assert document.paragraphs[0].text == "Situation in Altania: 2 threads wait for a decision · 1 source late"
    assert "Dengue, Peru: public counts, not data of any state of the alliance." in text
    assert "Signals are not verified" in text
    assert "threshold 1" in text
    assert str(last_complete_week()) in text
    assert "Dengue, Peru" in [cell.text for row in document.tables[1].rows for cell in row.cells]


def test_the_report_is_put_on_record(browser, full, amina):
    browser.get("/situation/report.docx?language=ru")
    entry = AuditEntry.objects.get(act="situation.reported")
    assert (entry.by, entry.details["language"], entry.details["kind"]) == (amina, "ru", "docx")


def test_the_same_as_a_document_to_be_read(browser, full):
    answer = browser.get("/situation/report.pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    assert "Plague" in text
    assert "NATIONAL" in text
    assert "public counts, not data of any state" in text.replace("\n", " ")


@pytest.mark.parametrize("address", ["report.doc", "report.docx?language=fr", "report.docx?language=../x"])
def test_what_cannot_be_made_is_not_found(browser, source, address):
    assert browser.get(f"/situation/{address}").status_code == 404


def test_files_are_for_those_who_may_export(people, signed_in, source):
    for address in ("report.docx", "report.pdf", "threads.csv", "late.xlsx"):
        assert signed_in(people["clinician"]).get(f"/situation/{address}").status_code == 403
    assert not AuditEntry.objects.filter(act__startswith="situation").exists()


def test_the_tables_of_the_page_leave_as_files(browser, full):
    answer = browser.get("/situation/threads.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "disease,place,since,observed,expected,threshold,status,kinds"
    assert lines[1].startswith("Plague,District 11,2026-03-09,1,,1")
    late = b"".join(browser.get("/situation/late.csv").streaming_content).decode("utf-8-sig")
    assert "Dengue" in late
    assert "Weekly counts" not in late
    assert AuditEntry.objects.filter(act="situation.exported").count() == 2


@pytest.mark.parametrize(
    ("today", "monday"), [("2026-03-15", "2026-03-02"), ("2026-03-16", "2026-03-09"), ("2026-01-01", "2025-12-22")]
)
def test_the_report_is_of_the_last_week_that_is_over(today, monday):
    assert last_complete_week(date.fromisoformat(today)).monday == date.fromisoformat(monday)
