"""That somebody has it, whether it concerns this state, and how what we told stands with each state."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import ask, bring, chain, delivered, notified, said, told

from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.duty.actions.alerts import acknowledge
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.duty.open_items import open_items
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import Event
from tocsin.node.notifications import links
from tocsin.node.notifications.actions.answering import acknowledge_notification, give_relevance
from tocsin.node.notifications.actions.preparing import prepare, preview
from tocsin.node.notifications.actions.releasing import ask_confirmation
from tocsin.node.notifications.models import NotifiedEvent, Relevance
from tocsin.node.notifications.refusals import ActRefused
from tocsin.node.notifications.standing import event_now, standing_of
from tocsin.node.post.models import Outgoing


@pytest.fixture
def theirs(joined, partner, diseases):
    """What BO has notified."""
    bring(partner, joined, notified(partner))
    return NotifiedEvent.objects.get()


def queued():
    """What waits to be sealed, but receipts."""
    return [bytes(row.document) for row in Outgoing.objects.all() if b'"type":"receipt"' not in bytes(row.document)]


class TestAcknowledging:
    def test_whoever_acknowledges_the_alert_tells_the_state_by_it(self, theirs, vera):
        acknowledge(Alert.objects.get(), by=vera)
        one = Acknowledgement.objects.get()
        assert (one.of_id, one.of_origin, one.of_type) == (theirs.latest.document_id, "BO", "notification")
        assert (one.by, one.by_role, one.alert) == (vera, "duty_officer", Alert.objects.get())
        (document,) = queued()
        assert b"Vera" not in document
        theirs.refresh_from_db()
        assert theirs.acknowledged_at == one.acknowledged_at

    def test_on_its_own_page_the_alert_ends_with_it(self, theirs, vera, igor):
        (one,) = acknowledge_notification(theirs, by=vera) or Acknowledgement.objects.all()
        assert Alert.objects.get().acknowledged_by == vera
        assert acknowledge_notification(theirs, by=igor) == [], "once is enough"
        assert len(queued()) == 1
        assert one.of_id == theirs.latest.document_id

    def test_whoever_is_not_called_ends_the_calling_too(self, theirs, person):
        secretary = person("secretariat")
        secretary.roles = ["secretariat"]
        acknowledge_notification(theirs, by=secretary)
        assert not Alert.objects.open().exists()
        assert Acknowledgement.objects.get().by_role == "secretariat"

    def test_every_version_that_came_meanwhile_is_acknowledged(self, joined, partner, diseases, vera):
        bring(partner, joined, *chain(partner, "notified", "updated", "closed"))
        acknowledge(Alert.objects.get(), by=vera)
        assert Acknowledgement.objects.count() == 3

    def test_readers_who_do_not_answer_partners_do_not(self, theirs, amina):
        with pytest.raises(PermissionDenied):
            acknowledge_notification(theirs, by=amina)

    def test_our_own_is_not_ours_to_acknowledge(self, event, vera):
        told(event, vera)
        with pytest.raises(ActRefused, match="our own"):
            acknowledge_notification(NotifiedEvent.objects.get(), by=vera)

    def test_a_state_that_is_suspended_cannot_be_told_and_nobody_is_called_on(
        self, theirs, joined, alliance_list, vera
    ):
        alliance_list.change("BO", status="suspended")
        joined.store.put_trust_files(alliance_list.files)
        acknowledge(Alert.objects.get(), by=vera)
        alert = Alert.objects.get()
        assert not alert.is_open
        assert "Borenia" in alert.not_told or "BO" in alert.not_told
        with pytest.raises(ActRefused):
            acknowledge_notification(theirs, by=vera)
        assert not Acknowledgement.objects.exists()


class TestRelevance:
    def test_a_verdict_goes_to_its_state_alone_and_a_later_one_takes_its_place(self, theirs, vera):
        first = give_relevance(theirs, verdict="under_assessment", language="en", by=vera, seen=0)
        second = give_relevance(
            theirs, verdict="affects_us", reasons=["shared_border"], text="Two here.", language="en", by=vera, seen=1
        )
        assert {row.audience for row in Outgoing.objects.all()} == {"to:BO"}
        assert (second.version, second.supersedes) == (2, first.document_id)
        theirs.refresh_from_db()
        assert theirs.verdict == "affects_us"
        assert AuditEntry.objects.filter(act="relevance.given").count() == 2

    def test_two_who_say_it_at_once_do_not_overwrite_each_other(self, theirs, vera, igor):
        give_relevance(theirs, verdict="affects_us", language="en", by=vera, seen=0)
        with pytest.raises(ActRefused, match="Somebody has said this"):
            give_relevance(theirs, verdict="not_relevant", language="en", by=igor, seen=0)
        assert Relevance.objects.get().verdict == "affects_us"

    @pytest.mark.parametrize(
        "given",
        [
            {"verdict": "perhaps"},
            {"verdict": "affects_us", "reasons": ["because"]},
            {"verdict": "affects_us", "reasons": ["no_link"]},
            {"verdict": "not_relevant", "text": "<b>no</b>"},
        ],
    )
    def test_what_partners_would_not_take_is_not_sent(self, theirs, vera, given):
        with pytest.raises(ActRefused):
            give_relevance(theirs, language="en", by=vera, **given)
        assert not queued()

    def test_only_who_answers_partners_says_it(self, theirs, amina):
        with pytest.raises(PermissionDenied):
            give_relevance(theirs, verdict="affects_us", language="en", by=amina)

    def test_nothing_is_said_of_our_own(self, event, vera):
        told(event, vera)
        with pytest.raises(ActRefused):
            give_relevance(NotifiedEvent.objects.get(), verdict="affects_us", language="en", by=vera)


class TestStanding:
    """AL told BO, CE and the secretariat."""

    def by_node(self, made, **options):
        return {one.node: one for one in standing_of(made, **options)}

    def acknowledged(self, world, joined, made, name="BO"):
        body = {
            "of": {"id": str(made.pk), "origin": "AL", "type": "notification"}, "by_role": "duty_officer",
            "at": moment(world.nodes[name].now().astimezone(UTC)),
        }  # fmt: skip
        bring(world, joined, said(world, "acknowledgement", name=name, audience="to:AL", **body), name=name)

    def test_it_goes_on_from_waiting_to_a_verdict_state_by_state(self, event, joined, partner, vera):
        made = told(event, vera)
        assert [one.node for one in standing_of(made)] == ["BO", "CE", "SEC"], "in the alliance's order"
        assert {one.state for one in standing_of(made)} == {"waits"}
        (manifest,) = seal(joined)
        assert {one.state for one in standing_of(made)} == {"sent"}
        bo = partner.nodes["BO"]
        take(bo, joined.store.batch_of(manifest.digest), via="AL")
        for receipt in seal(bo):
            take(joined, bo.store.batch_of(receipt.digest), via="BO")
        stands = self.by_node(made)
        assert (stands["BO"].state, stands["CE"].state) == ("delivered", "sent")
        assert stands["BO"].delivered_at is not None
        self.acknowledged(partner, joined, made)
        of = {"id": str(made.pk), "origin": "AL"}
        bring(partner, joined, said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk)))
        stands = self.by_node(made)
        assert (stands["BO"].state, stands["BO"].by_role, stands["BO"].outstanding) == (
            "acknowledged", "duty_officer", None,
        )  # fmt: skip
        assert stands["BO"].relevance.verdict == "may_affect_us"

    def test_whoever_has_not_acknowledged_within_a_day_is_late(self, event, joined, partner, vera):
        made = told(event, vera)
        delivered(joined, partner)
        self.acknowledged(partner, joined, made)
        soon, later = timezone.now() + timedelta(hours=23), timezone.now() + timedelta(hours=25)
        assert not any(one.is_late for one in standing_of(made, now=soon))
        assert {node for node, one in self.by_node(made, now=later).items() if one.is_late} == {"CE", "SEC"}
        assert self.by_node(made, now=later)["CE"].outstanding > timedelta(hours=24)

    def test_a_state_that_is_suspended_after_it_is_shown_as_not_reached(
        self, event, joined, partner, alliance_list, vera
    ):
        made = told(event, vera)
        alliance_list.change("CE", status="suspended")
        joined.store.put_trust_files(alliance_list.files)
        delivered(joined, partner, "BO")
        stands = self.by_node(made)
        assert (stands["CE"].standing, stands["CE"].state) == ("suspended", "not_reached")

    def test_only_addressees_are_asked_of(self, event, joined, partner, vera):
        made = told(event, vera, classification="SELECTIVE", addressees=["CE"])
        assert set(self.by_node(made)) == {"CE"}

    def test_answers_to_a_merged_event_are_about_the_one_it_went_into(
        self, event, joined, partner, vera, amina, diseases, places
    ):
        made = told(event, vera)
        into = an_event(diseases["cholera"], places["XX-12"], amina)
        now = Event.objects.get(pk=event.pk)
        merge(now, into, text="One.", by=amina, version=now.version)
        self.acknowledged(partner, joined, made)
        of = {"id": str(made.pk), "origin": "AL"}
        bring(partner, joined, said(partner, "relevance", audience="to:AL", of=of, event=str(event.pk)))
        head = NotifiedEvent.objects.get()
        assert (head.verdicts, event_now(head)) == (1, into)
        assert self.by_node(made)["BO"].state == "acknowledged"


def test_what_is_open_is_handed_over_with_the_shift(event, joined, partner, vera, igor, settings, person):
    settings.CONFIGURATION = replace(settings.CONFIGURATION, notifications={"four_eyes": True})
    draft = prepare(event, by=vera)
    ask_confirmation(draft, version=1, seen=preview(draft, by=vera).digest, by=vera)
    ask(by=vera)
    given = {"about": None, "event": None, "answer_by": "2126-01-01T00:00:00Z"}
    bring(partner, joined, said(partner, "verification-request", audience="to:AL", **(given | {"disease": "cholera"})))
    mine = (links.VERIFICATIONS, links.draft("")[:-1])
    told_ = [item.text for item in open_items(igor) if item.link.startswith(mine)]
    assert told_ == [
        "Borenia is to answer our question",
        "Borenia waits for our answer to its question",
        "What partners are told of AL-2026-1 waits for a second person",
    ]
    assert not [item for item in open_items(person("translator")) if "question" in item.text]
