"""The shift log, and a shift handed from one person to the next."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from tocsin.node.alliance.actions.duty import remove_shift
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, DutyShift, Notice
from tocsin.node.duty import open_items
from tocsin.node.duty.actions.log import accept_handover, hand_over, write_entry
from tocsin.node.duty.models import Handover, LogEntry, NeverChanged
from tocsin.node.duty.open_items import OpenItem, as_kept
from tocsin.node.duty.pages.roster import roster as roster_page


@pytest.fixture
def shift(clock):
    """shift(person, begins, ends, line): in hours from now."""

    def make(person, begins: float, ends: float, line: str = "first") -> DutyShift:
        starts, stops = clock.now + timedelta(hours=begins), clock.now + timedelta(hours=ends)
        return DutyShift.objects.create(person=person, line=line, starts_at=starts, ends_at=stops)

    return make


def test_an_entry_is_never_changed_or_deleted_and_the_audit_has_its_digest(olga, raised):
    alert = raised()
    entry = write_entry(
        text="Позвонили из BO.\r\nЖдём ответа.", by=olga, language="ru", about_type="alert", about_id=alert.pk
    )
    entry.text = "Nobody called."
    for change in (
        entry.save,
        entry.delete,
        LogEntry.objects.all().delete,
        lambda: LogEntry.objects.update(text="Nobody called."),
        lambda: LogEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(NeverChanged):
            change()
    kept = LogEntry.objects.get()
    assert (kept.text, kept.language, kept.about_id) == ("Позвонили из BO.\nЖдём ответа.", "ru", str(alert.pk))
    assert len(AuditEntry.objects.get(act="shift-log.written").details["digest"]) == 64
    assert "BO" not in str(AuditEntry.objects.get(act="shift-log.written").details), "the words are in the log alone"


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_an_entry_of_nothing_or_of_a_book_is_refused(olga, text):
    with pytest.raises(ActRefused):
        write_entry(text=text, by=olga)


def test_who_does_not_stand_duty_neither_writes_nor_reads(olga, amina):
    with pytest.raises(PermissionDenied):
        write_entry(text="x", by=amina)
    write_entry(text="x", by=olga)
    assert not LogEntry.objects.visible_to(amina).exists()


def test_a_hand_over_keeps_what_was_open_in_each_language_and_the_next_person_is_told(
    shift, olga, pavel, raised, monkeypatch
):
    soon = timezone.now() + timedelta(hours=6)
    monkeypatch.setattr(open_items, "_telling", [])
    open_items.told_by(lambda person: [OpenItem(translation.get_language(), "/events/", soon)])
    shift(olga, -8, 0.1)
    shift(pavel, 0.1, 8)
    raised()
    made = hand_over(text="Everything is quiet.", by=olga)
    alert, clock_running = made.open_items
    assert alert["texts"]["en"] == "Something from Borenia"
    assert "Борения" in alert["texts"]["ru"]
    assert clock_running["texts"] == {"en": "en", "ru": "ru", "zh-hans": "zh-hans"}
    with translation.override("ru"):
        assert as_kept(made.open_items)[1] == OpenItem("ru", "/events/", soon)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.values) == (pavel, "duty.handed_over", {"by": "Olga"})


def test_a_shift_that_follows_anothers_lacks_its_hand_over_until_it_is_taken_over(shift, olga, pavel, clock):
    shift(olga, -9, -1)
    mine = shift(pavel, -1, 7)
    assert roster_page(clock.now).lacking == {mine.pk}
    made = hand_over(text="Quiet.", by=olga)
    assert roster_page(clock.now).lacking == {mine.pk}, "it counts from when it is taken over"
    accept_handover(made, by=pavel)
    made.refresh_from_db()
    assert (made.accepted_by, made.incoming_shift) == (pavel, mine)
    assert roster_page(clock.now).lacking == frozenset()


def test_whoever_follows_themselves_or_nobody_lacks_nothing(shift, olga, pavel, clock):
    shift(olga, -9, -1)
    shift(olga, -1, 7)
    shift(pavel, -100, -50, line="second")
    shift(quan := pavel, -1, 7, line="second")
    assert quan
    assert roster_page(clock.now).lacking == frozenset()


def test_nobody_takes_over_from_themselves_and_only_one_takes_over(shift, olga, pavel, quan):
    shift(olga, -8, 1)
    made = hand_over(text="Quiet.", by=olga)
    with pytest.raises(ActRefused, match="another person"):
        accept_handover(made, by=olga)
    accept_handover(made, by=pavel)
    accept_handover(made, by=pavel)
    with pytest.raises(ActRefused, match="Pavel has taken this shift over"):
        accept_handover(made, by=quan)
    assert AuditEntry.objects.filter(act="shift.taken_over").count() == 1


def test_what_was_put_right_before_is_taken_over_with_the_last(shift, olga, pavel):
    shift(olga, -8, 1)
    hand_over(text="Quiet.", by=olga)
    last = hand_over(text="Not so quiet: call BO at nine.", by=olga)
    accept_handover(last, by=pavel)
    assert set(Handover.objects.values_list("accepted_by", flat=True)) == {pavel.pk}


@pytest.mark.parametrize(("begins", "ends"), [(1, 8), (-30, -13)])
def test_a_shift_that_has_not_begun_or_is_long_over_is_not_handed_over(shift, olga, begins, ends):
    shift(olga, begins, ends)
    with pytest.raises(ActRefused, match="no shift"):
        hand_over(text="x", by=olga)


def test_a_shift_that_is_taken_out_of_the_roster_leaves_its_hand_over(shift, olga, pavel):
    mine = shift(olga, -8, 1)
    made = hand_over(text="Quiet.", by=olga)
    remove_shift(mine, by=olga)
    made.refresh_from_db()
    assert (made.outgoing, made.outgoing_shift) == (olga, None)
    accept_handover(made, by=pavel)


def test_through_the_pages(shift, olga, pavel, raised, signed_in):
    shift(olga, -8, 1)
    alert = raised()
    pavel.language = "en"
    pavel.save()
    out, into = signed_in(olga), signed_in(pavel)
    written = out.post(reverse("shift_log") + f"?about=alert:{alert.pk}", {"text": "BO called.", "language": "en"})
    assert written.status_code == 302
    log = into.get(reverse("shift_log")).text
    assert "BO called." in log
    assert f'href="/alerts/{alert.pk}/"' in log
    assert "BO called." in into.get(reverse("alert", args=[alert.pk])).text
    page = out.get(reverse("hand_over")).text
    assert "1 thing is open" in page
    assert out.post(reverse("hand_over"), {"text": " ", "language": "en"}).status_code == 422
    answer = out.post(reverse("hand_over"), {"text": "Call BO at nine.", "language": "en"})
    made = Handover.objects.get()
    assert answer.url == reverse("handover", args=[made.pk])
    assert "Take the shift over" not in out.get(answer.url).text
    assert "Take the shift over" in into.get(answer.url).text
    into.post(reverse("accept_handover", args=[made.pk]))
    assert "Pavel has taken over from Olga" in into.get(answer.url).text
    made.refresh_from_db()
    assert made.accepted_by == pavel


@pytest.mark.parametrize("about", ["alert:nothing", "alert:", "x", "<b>:1", "nobody:17", "alert:" + "1" * 99])
def test_an_entry_about_what_nobody_knows_shows_no_link(olga, signed_in, about):
    browser = signed_in(olga)
    assert browser.get(reverse("shift_log"), {"about": about}).status_code == 200
    browser.post(reverse("shift_log") + f"?about={about}", {"text": "Quiet.", "language": "en"})
    assert "Quiet." in browser.get(reverse("shift_log")).text
