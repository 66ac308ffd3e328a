"""Telling partners of an event: what leaves is what was looked at, once, to those who were chosen."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.notifications.scenes import delivered, told

from tocsin.exchange.documents import Document
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.events.actions.axes import set_response, set_verification
from tocsin.node.events.actions.changing import changed
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import Event
from tocsin.node.events.timeline import sentence
from tocsin.node.notifications.actions.preparing import change_draft, discard_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import ask_confirmation, release, take_back_request
from tocsin.node.notifications.models import Draft, Notification, NotifiedEvent
from tocsin.node.notifications.refusals import ActRefused, DraftChanged, NotReleased, NotYours, Outdated
from tocsin.node.notifications.standing import first_told_at
from tocsin.node.post.models import Outgoing


def codes(shown):
    return {problem.code for problem in shown.problems}


def now(event):
    return Event.objects.get(pk=event.pk)


def fact(event, by, **facts):
    change_facts(now(event), facts=facts, by=by, version=now(event).version)


def text(event, by, language="ru", **texts):
    change_facts(now(event), facts={}, texts=texts, language=language, by=by, version=now(event).version)


def test_what_leaves_is_what_was_looked_at(event, partner, joined, vera, amina):
    report_counts(event, as_of=date(2026, 3, 8), counts={"confirmed": 1, "deaths": 0}, by=amina)
    text(event, amina, summary="Один случай чумы.")
    draft = prepare(event, by=vera)
    shown = preview(draft, by=vera)
    made = release(draft, version=1, seen=shown.digest, by=vera)
    delivered(joined, partner)
    (entry,) = [e for e in partner.nodes["BO"].store.entries(state=State.ACCEPTED) if e.type == "notification"]
    document = Document.read(entry.document)
    assert document.body == dict(shown.body) == made.body
    assert (document.id, document.language, document.classification) == (str(made.pk), "ru", "MEMBERS")
    assert document.body["counts"]["confirmed"] == 1, "one case is told as one case"
    assert document.body["counts"]["suspected"] is None, "what nobody counted is not none"
    assert document.body["event"] == str(event.pk)
    head = NotifiedEvent.objects.get()
    assert (head.event, head.latest, head.status, head.cases, head.disease_code) == (
        event,
        made,
        "notified",
        1,
        "cholera",
    )
    assert first_told_at(event) == made.recorded_at


def test_a_release_is_audited_and_a_line_of_the_timeline(event, vera):
    made = told(event, vera)
    assert AuditEntry.objects.get(act="notification.released").details["to"] == ["MEMBERS"]
    entry = event.timeline.get(act="partners_told")
    assert entry.by == vera
    assert sentence(entry) == "partners were told (notified), version 1, to all members"
    assert entry.values["notification"] == str(made.pk)


def test_nothing_leaves_if_the_audit_cannot_be_written(event, vera, monkeypatch):
    draft = prepare(event, by=vera)
    seen = preview(draft, by=vera).digest
    monkeypatch.setattr("tocsin.node.notifications.actions.releasing.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release(draft, version=1, seen=seen, by=vera)
    assert not Outgoing.objects.exists()
    assert not Notification.objects.exists()
    assert Draft.objects.get().is_open


def test_epidemiologists_make_ready_and_only_who_may_notify_releases(event, amina, person, vera):
    draft = prepare(event, by=amina)
    seen = preview(draft, by=amina).digest
    for act in (release, ask_confirmation):
        with pytest.raises(PermissionDenied):
            act(draft, version=1, seen=seen, by=amina)
    for stranger in (person("laboratory"), person("translator"), person("secretariat")):
        with pytest.raises((PermissionDenied, Event.DoesNotExist)):
            prepare(event, by=stranger)
    release(draft, version=1, seen=seen, by=vera)


def test_later_versions_follow_one_another_and_the_last_one_counts(event, vera, amina):
    first = told(event, vera)
    second = told(event, vera)
    set_response(now(event), "responding", by=amina, version=now(event).version)
    set_response(now(event), "controlled", by=amina, version=now(event).version)
    set_response(now(event), "closed", text="Over.", by=amina, version=now(event).version)
    third = told(event, vera, status="closed")
    fourth = told(event, vera, status="withdrawn", reason="error")
    assert [one.status for one in (first, second, third, fourth)] == ["notified", "updated", "closed", "withdrawn"]
    assert [str(one.supersedes) for one in (second, third, fourth)] == [str(o.pk) for o in (first, second, third)]
    head = NotifiedEvent.objects.get()
    assert (head.latest, head.version, head.is_withdrawn) == (fourth, 4, True)
    told(event, vera, status="updated")
    assert NotifiedEvent.objects.get().status == "updated", "a later version says otherwise"


def test_what_is_told_next_follows_from_what_partners_have(event, vera, amina):
    assert prepare(event, by=vera).status == "notified"
    Draft.objects.all().delete()
    told(event, vera, classification="SELECTIVE", addressees=["BO"], no_onward_sharing=True, articles=["6", "9.2"])
    draft = prepare(event, by=amina)
    assert (draft.status, draft.classification, draft.addressees) == ("updated", "SELECTIVE", ["BO"])
    assert (draft.no_onward_sharing, draft.articles) == (True, ["6", "9.2"])
    discard_draft(draft, version=1, by=amina)
    set_verification(now(event), "refuted", text="Not cholera.", by=amina, version=now(event).version)
    assert prepare(event, status="withdrawn", by=vera).reason == "refuted"


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"status": "updated"}, "status"),
        ({"status": "withdrawn", "reason": "error"}, "status"),
        ({"status": "closed"}, "not-closed"),
        ({"status": "withdrawn"}, "reason"),
        ({"status": "withdrawn", "reason": "merged"}, "not-merged"),
        ({"classification": "SELECTIVE"}, "nobody"),
    ],
)
def test_what_cannot_be_told_is_said_before_it_is_sent(event, vera, choices, code):
    draft = prepare(event, by=vera)
    draft = change_draft(draft, version=1, by=vera, **choices)
    shown = preview(draft, by=vera)
    assert code in codes(shown)
    with pytest.raises(NotReleased):
        release(draft, version=2, seen=shown.digest, warned=True, by=vera)
    assert not Outgoing.objects.exists()


def test_a_refuted_event_cannot_be_told_as_if_it_stood(event, vera, amina):
    told(event, vera)
    set_verification(now(event), "refuted", text="Not cholera.", by=amina, version=now(event).version)
    shown = preview(prepare(event, status="updated", by=vera), by=vera)
    assert [problem.code for problem in shown.refusals] == ["contradiction"]


def test_values_that_are_none_are_refused(event, vera):
    draft = prepare(event, by=vera)
    for choices in (
        {"status": "leaked"}, {"reason": "error"}, {"classification": "NATIONAL"}, {"articles": ["6", "13"]},
        {"classification": "SELECTIVE", "addressees": ["bo"]}, {"reason_text": "<b>"},
    ):  # fmt: skip
        with pytest.raises(ActRefused):
            change_draft(draft, version=1, by=vera, **choices)
    assert Draft.objects.get().version == 1


def test_an_event_has_one_open_draft(event, vera, igor):
    told(event, vera)
    draft = prepare(event, status="updated", by=vera)
    assert prepare(event, by=igor) == draft
    with pytest.raises(NotYours, match="Vera is making ready"):
        prepare(event, status="withdrawn", reason="error", by=igor)


def test_an_update_that_races_a_withdrawal_is_told_to_the_second_person(event, vera, igor):
    told(event, vera)
    draft = prepare(event, status="updated", by=vera)
    seen = preview(draft, by=vera).digest
    change_draft(draft, version=1, status="withdrawn", reason="duplicate", by=igor)
    with pytest.raises(DraftChanged, match="Igor changed this draft"):
        release(draft, version=1, seen=seen, by=vera)
    withdrawn = release(draft, version=2, seen=preview(draft, by=igor).digest, by=igor)
    with pytest.raises(DraftChanged, match="Igor has sent this"):
        release(draft, version=2, seen=seen, by=vera)
    assert NotifiedEvent.objects.get().latest == withdrawn
    assert Notification.objects.count() == 2


def test_an_event_that_changed_since_it_was_looked_at_is_looked_at_again(event, vera, amina):
    draft = prepare(event, by=vera)
    seen = preview(draft, by=vera).digest
    fact(event, amina, transmission=["water"])
    with pytest.raises(Outdated):
        release(draft, version=1, seen=seen, by=vera)
    assert not Outgoing.objects.exists()
    release(draft, version=1, seen=preview(draft, by=vera).digest, by=vera)


def test_a_note_in_the_timeline_leaves_what_was_seen_as_it_was(event, vera, amina):
    draft = prepare(event, by=vera)
    seen = preview(draft, by=vera).digest
    changed(now(event), "noted", by=amina, fields={}, text="Called the district.")
    release(draft, version=1, seen=seen, by=vera)


class TestFourEyes:
    @pytest.fixture(autouse=True)
    def wanted(self, settings):
        settings.CONFIGURATION = replace(settings.CONFIGURATION, notifications={"four_eyes": True})

    def asked(self, event, by):
        draft = prepare(event, by=by)
        return ask_confirmation(draft, version=1, seen=preview(draft, by=by).digest, by=by)

    def test_nobody_releases_alone(self, event, vera):
        draft = prepare(event, by=vera)
        seen = preview(draft, by=vera).digest
        with pytest.raises(ActRefused, match="Two people release this"):
            release(draft, version=1, seen=seen, by=vera)
        ask_confirmation(draft, version=1, seen=seen, by=vera)
        with pytest.raises(ActRefused, match="another person has to do it"):
            release(draft, version=1, seen=seen, by=vera)
        assert not Outgoing.objects.exists()

    def test_whoever_may_confirm_is_told_and_both_names_are_kept(self, event, vera, igor):
        draft = self.asked(event, vera)
        notice = Notice.objects.get(person=igor)
        assert (notice.kind, notice.values["by"]) == ("notification.confirm", "Vera")
        assert not Notice.objects.filter(person=vera).exists()
        made = release(draft, version=1, seen=preview(draft, by=igor).digest, by=igor)
        assert (made.asked_by, made.by) == (vera, igor)
        assert AuditEntry.objects.get(act="notification.released").details["asked_by"] == "Vera"

    def test_it_lapses_if_the_event_changes_and_says_who_changed_what(self, event, vera, igor, amina):
        draft = self.asked(event, vera)
        fact(event, amina, transmission=["water"])
        with pytest.raises(Outdated, match=r"Amina changed the event .* changed the facts"):
            release(draft, version=1, seen=preview(draft, by=igor).digest, by=igor)
        assert not Outgoing.objects.exists()

    def test_it_ends_if_the_draft_changes(self, event, vera, igor):
        draft = self.asked(event, vera)
        draft = change_draft(draft, version=1, articles=["6"], by=igor)
        with pytest.raises(ActRefused, match="Two people release this"):
            release(draft, version=2, seen=preview(draft, by=igor).digest, by=igor)

    def test_only_who_asked_takes_it_back(self, event, vera, igor):
        draft = self.asked(event, vera)
        with pytest.raises(ActRefused, match="Only Vera"):
            take_back_request(draft, version=1, by=igor)
        take_back_request(draft, version=1, by=vera)
        with pytest.raises(ActRefused, match="Two people"):
            release(draft, version=1, seen=preview(draft, by=igor).digest, by=igor)

    def test_the_word_of_somebody_who_may_not_any_more_does_not_count(self, event, vera, igor):
        draft = self.asked(event, vera)
        vera.roles = ["epidemiologist"]
        vera.save()
        with pytest.raises(ActRefused, match="Vera, who asked for it, may not notify any more"):
            release(draft, version=1, seen=preview(draft, by=igor).digest, by=igor)


class TestAudiences:
    def test_a_state_that_is_suspended_in_the_middle_stops_it_by_name(self, event, joined, alliance_list, vera):
        draft = prepare(event, by=vera)
        draft = change_draft(draft, version=1, classification="SELECTIVE", addressees=["BO", "CE"], by=vera)
        shown = preview(draft, by=vera)
        assert shown.recipients == ["BO", "CE"]
        alliance_list.change("CE", status="suspended")
        joined.store.put_trust_files(alliance_list.files)
        with pytest.raises(NotReleased, match="Cetara is suspended in the exchange"):
            release(draft, version=2, seen=shown.digest, by=vera)
        assert not Outgoing.objects.exists()

    def test_nobody_is_left_with_an_earlier_version(self, event, joined, alliance_list, vera):
        told(event, vera, classification="SELECTIVE", addressees=["BO", "CE"])
        draft = change_draft(prepare(event, by=vera), version=1, addressees=["BO"], by=vera)
        shown = preview(draft, by=vera)
        assert [str(problem) for problem in shown.refusals] == [
            "An earlier version is at Cetara, and would go on being believed there. Tell this one there too."
        ]
        alliance_list.change("CE", status="suspended")
        joined.store.put_trust_files(alliance_list.files)
        release(draft, version=2, seen=preview(draft, by=vera).digest, by=vera)  # it would not be given it anyway

    def test_a_wider_audience_may_follow(self, event, vera):
        told(event, vera, classification="SELECTIVE", addressees=["BO"])
        told(event, vera, classification="MEMBERS")
        assert set(Outgoing.objects.values_list("audience", flat=True)) == {"to:BO", "members"}

    def test_what_everybody_may_read_is_asked_about_twice(self, event, vera):
        draft = change_draft(prepare(event, by=vera), version=1, classification="PUBLIC", by=vera)
        seen = preview(draft, by=vera).digest
        with pytest.raises(NotReleased, match="Everybody may read this"):
            release(draft, version=2, seen=seen, by=vera)
        release(draft, version=2, seen=seen, warned=True, by=vera)


class TestMerged:
    def test_partners_are_told_nothing_of_a_merged_event_but_that(self, event, vera, amina, diseases, places):
        from tests.node.events.scenes import an_event

        told(event, vera)
        into = an_event(diseases["cholera"], places["XX-12"], amina)
        merge(now(event), into, text="One well.", by=amina, version=now(event).version)
        draft = prepare(event, status="updated", by=vera)
        assert "merged" in codes(preview(draft, by=vera))
        discard_draft(draft, version=1, by=vera)
        made = told(event, vera)
        assert (made.status, made.reason, made.body["merged_into"]) == ("withdrawn", "merged", str(into.pk))


class TestTexts:
    def test_what_looks_like_a_number_of_a_person_is_asked_about(self, event, vera, amina):
        text(event, amina, summary="Больной, тел. +7 912 345-67-89, госпитализирован.")
        draft = prepare(event, by=vera)
        shown = preview(draft, by=vera)
        assert [problem.code for problem in shown.warnings] == ["identifier"]
        assert "912" not in str(shown.warnings[0])
        with pytest.raises(NotReleased, match="looks like a telephone number"):
            release(draft, version=1, seen=shown.digest, by=vera)
        release(draft, version=1, seen=shown.digest, warned=True, by=vera)
        assert AuditEntry.objects.get(act="notification.released").details["warnings"] == ["identifier"]

    def test_texts_are_in_the_language_that_the_notification_says(self, event, vera, amina):
        text(event, amina, summary="Вода", language="ru")
        draft = prepare(event, by=vera)
        assert draft.language == "ru"
        draft = change_draft(draft, version=1, language="en", by=vera)
        assert "language" in codes(preview(draft, by=vera))


def test_a_node_that_has_not_joined_says_so(state, diseases, places, amina, vera, settings, tmp_path):
    from tests.node.events.scenes import an_event

    event = an_event(diseases["cholera"], places["XX-11"], amina)
    draft = prepare(event, by=vera)
    shown = preview(draft, by=vera)
    assert "not-joined" in codes(shown)
    with pytest.raises(NotReleased, match="has not joined the exchange"):
        release(draft, version=1, seen=shown.digest, by=vera)


def test_a_node_that_was_put_back_may_still_notify(event, joined, vera):
    begin_recovery(joined, why="restored from a copy")
    told(event, vera)
    assert Outgoing.objects.count() == 1, "it waits until the node may sign again"


def test_the_body_holds_no_person_of_this_node(event, vera, amina, joined):
    text(event, amina, summary="Три случая.")
    told(event, vera)
    (manifest,) = seal(joined)
    document = next(e.document for e in joined.store.entries(state=State.OWN) if e.manifest == manifest.digest)
    said = json.loads(document)
    for name in ("Vera", "Amina", str(vera.pk), str(amina.pk), vera.email):
        assert name not in document.decode()
    assert said["body"]["contact"] == {"line": "", "telephone": ""}
