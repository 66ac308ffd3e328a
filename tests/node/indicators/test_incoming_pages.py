"""What people see of counts that partners share, and what they may do with them."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import pytest
from django.urls import reverse
from tests.exchange.world import World
from tests.node.indicators.incoming import bring, document, monday, other_nodes, row

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.roles import MAY, Ability, Role
from tocsin.node.indicators.intake.sources import root_of
from tocsin.node.indicators.models import PartnerDocument
from tocsin.node.surveillance.actions import triage, undoing, uploading
from tocsin.node.surveillance.actions.doors import Refused
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.models import Disease, Place, Series, Signal, Source, Thread, Upload
from tocsin.node.surveillance.pages.situation_report import report as situation_report
from tocsin.node.surveillance.runs.methods import METHODS
from tocsin.node.surveillance.threads.priority import above_the_line
from tocsin.node.surveillance.threads.refusals import NotOurs

WEEKS = 260
METHOD = next(name for name in METHODS if name != "farrington_flexible")
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


@pytest.fixture
def partner(joined, alliance_list) -> World:
    return other_nodes(joined, alliance_list)


@pytest.fixture
def usual(diseases):
    """Five years of weeks of one district, always about as many, for tests that need a past."""
    return [row("BO-01", monday(ago), 10 + ago % 3) for ago in range(1, WEEKS)]


@pytest.fixture
def outbreak(joined, partner, usual, work) -> Source:
    """A partner's cholera, in the last week far above what is usual there."""
    bring(partner, joined, document(partner, usual, recorded_at=YESTERDAY))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 90)]))
    work()
    return Source.objects.get()


def test_a_partners_outbreak_is_a_signal_here_and_takes_no_room_of_the_weeks_own(outbreak, amina, signed_in):
    thread = Thread.objects.shown().get()
    assert (thread.shared_by_id, thread.observed, thread.status) == ("BO", 90, "new")
    assert above_the_line(amina).threads.count() == 0
    browser = signed_in(amina)
    assert "No signal waits for you" in browser.get(reverse("signals")).content.decode()
    page = browser.get(reverse("signals"), {"whose": "partners"}).content.decode()
    assert "1 thread" in page
    assert re.search(r"<td class=\"place\">[^<]* <span[^>]*>shared by Borenia", page)
    situation = browser.get(reverse("situation")).content.decode()
    assert "Nothing waits for you" in situation
    assert "1 open thread" in situation, "on the map of the alliance"
    assert (
        reverse("signal", args=[thread.pk]) in browser.get(reverse("situation"), {"whose": "partners"}).content.decode()
    )


def test_people_are_told_of_it_in_their_own_language_and_led_to_where_it_is(vera, outbreak):
    told = Notice.objects.get(person=vera, kind="signals.new")
    assert set(told.values["source"]) == {"en", "ru", "zh-hans"}
    assert "Борения" in told.values["source"]["ru"]
    assert told.link == "/signals/?whose=partners"


def test_its_page_says_whose_it_is_and_offers_to_write_there(outbreak, vera, signed_in):
    thread = Thread.objects.shown().get()
    page = signed_in(vera).get(reverse("signal", args=[thread.pk])).content.decode()
    assert "shared by Borenia" in page
    assert "for all members" in page
    assert "counts of 1 to 4 are withheld" in page
    assert "decide-verify" not in page
    assert "decide-watch" in page
    (link,) = re.findall(r'href="(/messages/write/[^"]*)"', page)
    form = signed_in(vera).get(unquote_plus(link).replace("&amp;", "&").replace(" ", "+")).content.decode()
    assert 'value="BO"' in form
    assert "checked" in form
    assert "Cholera" in form


def test_only_the_owner_finds_out_what_is_true_of_it(outbreak, vera):
    thread = Thread.objects.shown().get()
    with pytest.raises(NotOurs, match="Borenia shares these counts"):
        triage.verify([thread], by=vera, versions={thread.pk: thread.version})
    thread.refresh_from_db()
    assert thread.status == "new"
    triage.triage(thread, by=vera, version=thread.version)
    thread.refresh_from_db()
    assert thread.status == "triaged"
    assert above_the_line(vera).looked_at == 0


def test_a_report_of_a_person_opens_a_thread_of_ones_own_beside_it(outbreak, vera):
    told = report(
        kind=Signal.Kind.PARTNER, disease=outbreak.series.first().disease, place=outbreak.series.first().place,
        day=monday(0), text="They asked for vaccine.", by=vera,
    )  # fmt: skip
    assert told.thread.shared_by_id is None
    assert Thread.objects.shown().count() == 2


def test_what_a_partner_shares_never_joins_a_thread_of_ones_own(joined, partner, usual, vera, work):
    place = root_of("BO").children.get(code="BO-01")
    told = report(
        kind=Signal.Kind.PARTNER, disease=Disease.objects.get(pk="cholera"), place=place, day=monday(0),
        text="They asked for vaccine.", by=vera,
    )  # fmt: skip
    Thread.objects.update(is_exercise=True)  # as the partner's counts are: else nothing would be told apart here
    bring(partner, joined, document(partner, usual, recorded_at=YESTERDAY))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 90)]))
    work()
    assert set(Thread.objects.shown().values_list("shared_by", flat=True)) == {None, "BO"}
    assert list(Signal.objects.filter(thread=told.thread)) == [told]


def test_nobody_here_sends_a_table_to_it_or_takes_one_back(outbreak, people, signed_in):
    for by in (None, people["epidemiologist"]):
        with pytest.raises(Refused, match="Borenia shares these counts"):
            uploading.receive(outbreak, file=[b"week,cases\n"], file_name="a.csv", via="page", by=by)
        with pytest.raises(Refused, match="Borenia shares these counts"):
            undoing.undo(Upload.objects.first(), by=by, text="no")
    page = signed_in(people["epidemiologist"]).get(reverse("source", args=[outbreak.pk])).content.decode()
    assert reverse("upload_table", args=[outbreak.pk]) not in page
    assert "Undo" not in page


def test_its_method_is_chosen_here_and_nothing_else_of_it(outbreak, person, signed_in):
    browser = signed_in(person("epidemiologist", name="Boris"))
    address = reverse("edit_source", args=[outbreak.pk])
    assert "watched_folder" not in browser.get(address).content.decode()
    given = {"method": METHOD, "options_text": "", "due_every_days": "14", "expected_delay_days": "3", "name": "mine"}
    answer = browser.post(address, given)
    assert answer.status_code == 302, re.findall(r"invalid-feedback[^<]*<?[^<]*", answer.content.decode())
    name = outbreak.name
    outbreak.refresh_from_db()
    assert (outbreak.method, outbreak.due_every_days, outbreak.name) == (METHOD, 14, name)
    assert outbreak.shared_by_id == "BO"


def test_a_laboratory_sees_nothing_of_it(outbreak, people, signed_in):
    browser = signed_in(people["laboratory"])
    series = Series.objects.first()
    for address in (
        reverse("source", args=[outbreak.pk]),
        reverse("one_series", args=[series.pk]),
        reverse("signal", args=[Thread.objects.shown().get().pk]),
        reverse("upload", args=[Upload.objects.first().pk]),
    ):
        assert browser.get(address).status_code in (403, 404), address


@pytest.fixture
def not_whole(joined, partner, diseases, work) -> Source:
    """A partner's document of which three rows of cases and one of deaths are kept apart."""
    rows = [
        row("BO-01", monday(0), 12), row("BO-01", monday(-3), 5), row("BO-77", monday(0), 7),
        row("BO-02", monday(0), -3), row("BO-02", monday(0), -4, indicator="deaths"),
    ]  # fmt: skip
    bring(partner, joined, document(partner, rows, body_suppression=None))
    work()
    return Source.objects.get()


def test_rows_that_are_in_no_series_are_told_on_the_page_of_the_source(not_whole, vera, signed_in):
    browser = signed_in(vera)
    page = re.sub(r"\s+", " ", browser.get(reverse("source", args=[not_whole.pk])).content.decode())
    assert "3 rows are kept apart until two people decide upon them" in page, "the deaths are of another source"
    for why in ("a period that had not ended yet: 1", "a place that is not one of the origin: 1", "its whole: 1"):
        assert re.search(why.replace("its whole", "parts above their whole"), page)
    (link,) = re.findall(r'href="(/kept-apart/[0-9]+/)">See these rows', page)
    assert "the count is -3" in browser.get(link).content.decode()


def test_who_does_not_see_the_exchange_is_told_without_a_link(not_whole, people, signed_in, monkeypatch):
    monkeypatch.setitem(MAY, Role.COUNCIL_DELEGATE, frozenset({Ability.READ_SURVEILLANCE}))  # today all readers see it
    page = signed_in(people["council_delegate"]).get(reverse("source", args=[not_whole.pk])).content.decode()
    assert "3 rows are kept apart" in page
    assert "See these rows" not in page


def test_rows_that_fit_nothing_here_are_told_with_what_is_not_known(joined, partner, diseases, vera, signed_in, work):
    state = root_of("BO")
    for place in Place.objects.within(state).exclude(pk=state.pk).order_by("-depth"):
        place.delete()  # of a state of which this node has no places it checks none
    rows = [
        row("BO", monday(0), 12),
        row("BO-77", monday(0), 7),
        row("BO-78", monday(0), 8),
        row("BO-78", monday(1), 8),
    ]
    bring(partner, joined, document(partner, rows, body_suppression=None))
    work()
    page = signed_in(vera).get(reverse("source", args=[Source.objects.get().pk])).content.decode()
    assert "3 rows were taken and cannot be used here" in page
    assert "3 rows of places that this node does not know: BO-77, BO-78" in page


def test_a_source_of_which_everything_is_used_says_nothing_of_it(outbreak, vera, signed_in):
    assert "in no series" not in signed_in(vera).get(reverse("source", args=[outbreak.pk])).content.decode()


def test_what_was_not_used_of_a_document_goes_with_it_when_it_is_erased(not_whole, joined):
    given = PartnerDocument.objects.get()
    assert given.unused["cases"]["apart"]
    joined.reader.erased(list(joined.store.known("BO", [str(given.pk)]).values()))
    given.refresh_from_db()
    assert given.unused == {}


def test_withheld_weeks_are_told_from_those_that_nobody_reported(joined, partner, diseases, amina, signed_in, work):
    rows = [row("BO-01", monday(3), 12), row("BO-01", monday(2), None, flag="missing"), row("BO-01", monday(1), None)]
    bring(partner, joined, document(partner, rows))
    work()
    page = signed_in(amina).get(reverse("one_series", args=[Series.objects.get().pk])).content.decode()
    assert "1 period withheld by its owner" in page
    assert "1 period not reported" in page
    assert page.count("withheld by its owner</span>") >= 1


@pytest.mark.parametrize("narrow", [{"audience": "to:AL"}, {"no_onward_sharing": True}])
def test_what_is_not_to_be_passed_on_is_in_no_file(joined, partner, usual, people, signed_in, work, narrow):
    bring(partner, joined, document(partner, usual, recorded_at=YESTERDAY, **narrow))
    bring(partner, joined, document(partner, [row("BO-01", monday(0), 90)], **narrow))
    work()
    browser = signed_in(people["epidemiologist"])
    series, thread = Series.objects.get(), Thread.objects.shown().get()
    for address in (
        reverse("one_series_export", args=[series.pk, "csv"]),
        reverse("signal_export", args=[thread.pk, "csv"]),
    ):
        answer = browser.get(address)
        assert answer.status_code == 400
        assert "no file is made" in answer.content.decode()
    everything = b"".join(browser.get(reverse("series_export", args=["csv"])).streaming_content)
    assert b"BO-01" not in everything
    listed = b"".join(browser.get(reverse("signals_export", args=["csv"]), {"whose": "all"}).streaming_content)
    assert b"Borenia" not in listed
    assert str(thread.pk).encode() not in listed


def test_what_may_be_passed_on_says_whose_it_is(outbreak, people, signed_in):
    browser = signed_in(people["epidemiologist"])
    everything = b"".join(browser.get(reverse("series_export", args=["csv"])).streaming_content).decode()
    assert re.search(r"cholera,BO-01,,.*,BO,MEMBERS", everything)
    one = browser.get(reverse("one_series_export", args=[Series.objects.get().pk, "csv"]))
    assert re.search(r"^2.*,90.0,.*,BO,MEMBERS", b"".join(one.streaming_content).decode(), re.MULTILINE)
    thread = browser.get(reverse("signal_export", args=[Thread.objects.shown().get().pk, "csv"]))
    assert re.search(r"Cholera.*,BO,MEMBERS", b"".join(thread.streaming_content).decode())


def test_the_situation_report_leaves_partners_out_and_says_so(outbreak, people):
    made = situation_report(people["epidemiologist"], "en")
    assert not made.threads.rows
    assert not any("Borenia" in str(part) for part in (made.summary_sentences, made.late_sources.rows))
    assert any("partners share with this node" in note for note in made.notes)
