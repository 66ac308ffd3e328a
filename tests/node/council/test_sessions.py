"""Sessions as joint objects of a node: called, attended, concluded, minuted, and who is told of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation
from tests.node.council.session_scenes import (
    ALTERNATE,
    COUNCIL,
    HEAD,
    TheirSession,
    a_session,
    in_an_hour,
    now_of,
    row,
    say,
)

from tocsin.joint.sessions.refusals import REFUSALS
from tocsin.joint.sessions.state import Status
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import sentence as notice_sentence
from tocsin.node.council.actions import session_attending as attending
from tocsin.node.council.actions import session_convening as convening
from tocsin.node.council.models import GivenWarning, Session
from tocsin.node.council.pages.session_words import answer
from tocsin.node.council.session_telling import tell_of_beginnings
from tocsin.node.council.session_wording import SESSION, session_refused
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert
from tocsin.node.joint.refusals import ActRefused, Changed, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(joined, partner, dara):
    return a_session(dara)


def kinds_told():
    return sorted(Notice.objects.values_list("kind", flat=True))


def opened_with_item(session, by):
    convening.open_session(session, by=by)
    convening.take_up(session, item="i1", by=by)


class TestCalling:
    def test_a_session_of_ours_stands_with_its_row_and_is_audited(self, session):
        found = row(session)
        assert (found.body, found.status, found.chair, found.invited) == (COUNCIL, "convened", "AL", ["AL", "BO", "CE"])
        assert not found.is_named
        assert AuditEntry.objects.filter(act="session.convene").count() == 1

    def test_it_cannot_begin_in_the_past(self, joined, dara):
        with pytest.raises(ActRefused, match="in the past"):
            a_session(dara, starts_at=timezone.now() - timedelta(hours=1))

    def test_a_body_that_there_is_not_cannot_be_called(self, joined, dara):
        with pytest.raises(ActRefused, match="no such body"):
            a_session(dara, body="senate")

    def test_a_chair_that_is_not_invited_is_refused_with_its_name(self, joined, dara):
        with pytest.raises(NotAllowed, match="Borenia is to preside and is not invited"):
            a_session(dara, invited=["AL", "CE"], chair="BO")

    def test_a_guest_who_would_not_read_of_it_is_not_invited(self, joined, dara):
        from tocsin.node.alliance.alliance_file import alliance

        guest = next(one.code for one in alliance().states if one.tier != "member")
        with pytest.raises(ActRefused, match="would not read of it"):
            a_session(dara, invited=["AL", guest])

    def test_one_for_those_invited_goes_to_nobody_else(self, joined, partner, dara):
        of = a_session(dara, invited=["CE", "AL", "BO"], classification="SELECTIVE")
        assert (of.classification, of.addressees) == ("SELECTIVE", ["BO", "CE"])

    def test_whoever_prepares_and_does_not_decide_calls_nobody(self, joined, person):
        with pytest.raises(PermissionDenied):
            a_session(person("duty_officer"))

    def test_our_other_delegates_are_told(self, joined, partner, dara, nodira):
        a_session(dara)
        told = Notice.objects.get(kind="session.called")
        assert told.person == nodira
        assert "Altania calls a session: Coordination Council" in notice_sentence(told)


class TestOfPartners:
    def test_people_are_called_to_it_until_one_has_it_and_delegates_find_a_notice(self, joined, partner, dara):
        theirs = TheirSession(partner, joined)
        alert = Alert.objects.get(kind="session.called")
        assert str(theirs.here.pk) in alert.link
        assert sentence(alert).startswith("Borenia calls a session: Coordination Council")
        with translation.override("ru"):
            assert "Координационный совет" in sentence(alert)
        assert kinds_told() == ["session.called"]

    def test_to_a_session_of_others_nobody_is_called(self, joined, partner, dara):
        TheirSession(partner, joined, invited=["BO", "CE"])
        assert not Alert.objects.filter(kind="session.called").exists()
        assert not Notice.objects.exists()

    def test_delegates_are_told_that_it_is_postponed_and_cancelled(self, joined, partner, dara):
        from tocsin.exchange.moments import moment

        theirs = TheirSession(partner, joined)
        theirs.order("postpone", {"starts_at": moment(in_an_hour() + timedelta(days=1))})
        theirs.order("cancel", {"reason": ""})
        assert kinds_told() == ["session.called", "session.cancelled", "session.postponed"]
        assert row(theirs.here).status == "cancelled"

    def test_what_the_rules_refuse_is_told_to_nobody(self, joined, partner, dara):
        theirs = TheirSession(partner, joined)
        theirs.order("minutes", {"text": {"paragraphs": [PARAGRAPH]}})
        assert now_of(theirs.here).refused[-1].code == "not-now"
        assert kinds_told() == ["session.called"]

    def test_one_whose_opening_the_rules_refuse_has_no_row(self, joined, partner, dara):
        theirs = TheirSession(partner, joined, invited=["AL", "BO"], chair="CE")
        assert now_of(theirs.here).status is Status.NONE
        assert not Session.objects.exists()
        assert not Alert.objects.exists()

    def test_our_delegation_is_sent_and_counts_once_it_is_in_their_order(self, joined, partner, dara):
        theirs = TheirSession(partner, joined)
        attending.name_delegation(theirs.here, delegates=[HEAD], language="en", by=dara)
        assert not row(theirs.here).is_named
        assert theirs.here.proposals == 1


PARAGRAPH = {
    "id": "p1",
    "kind": "operative",
    "rev": 1,
    "texts": {"ru": {"text": "Итоги.", "rev": 1, "standing": "authentic"}},
}


class TestGoingOn:
    def test_answers_of_partners_are_counted_in_its_title(self, session, joined, partner, dara):
        attending.name_delegation(session, delegates=[HEAD], language="en", by=dara)
        say(partner, joined, "BO", session, "delegation", delegates=[HEAD])
        assert row(session).is_named
        said = answer(now_of(session), timezone.now())
        assert said.startswith("Coordination Council, ")
        assert said.endswith(": 2 of 3 states named who comes")

    def test_a_replaced_delegate_acts_no_more_and_what_was_said_stays(self, session, dara):
        attending.name_delegation(session, delegates=[HEAD], language="en", by=dara)
        convening.open_session(session, by=dara)
        attending.speak(session, text="We agree.", delegate="d1", language="en", by=dara)
        attending.name_delegation(session, delegates=[ALTERNATE], language="en", by=dara)
        with pytest.raises(NotAllowed, match="Dara Alim has been replaced"):
            attending.speak(session, text="Again.", delegate="d1", language="en", by=dara)
        assert [one.delegate.name for one in now_of(session).statements] == ["Dara Alim"]

    def test_an_item_is_taken_up_then_concluded_once(self, session, dara):
        convening.open_session(session, by=dara)
        with pytest.raises(NotAllowed, match="has not been taken up"):
            convening.conclude(session, item="i1", outcome={"en": "Noted."}, language="en", by=dara)
        convening.take_up(session, item="i1", by=dara)
        convening.conclude(session, item="i1", outcome={"en": "Noted."}, language="en", by=dara)
        with pytest.raises(NotAllowed, match="concluded already"):
            convening.conclude(session, item="i1", outcome={"en": "Other."}, language="en", by=dara)
        assert now_of(session).item("i1").outcome == {"en": "Noted."}

    def test_minutes_are_approved_by_states_and_anew_when_others_take_their_place(self, session, joined, partner, dara):
        opened_with_item(session, dara)
        convening.close(session, by=dara)
        convening.give_minutes(session, text={"paragraphs": [PARAGRAPH]}, language="ru", by=dara)
        first = now_of(session).minutes[-1].number
        attending.approve_minutes(session, number=first, by=dara)
        say(partner, joined, "BO", session, "approve_minutes", number=first)
        assert now_of(session).not_approved == ("CE",)
        convening.give_minutes(session, text={"paragraphs": [PARAGRAPH]}, language="ru", by=dara)
        assert now_of(session).not_approved == ("AL", "BO", "CE")

    def test_who_acts_on_what_was_said_meanwhile_is_told_so(self, session, joined, partner, dara):
        from tocsin.node.joint.actions.acting import token

        seen = token(session)
        say(partner, joined, "BO", session, "delegation", delegates=[HEAD])
        with pytest.raises(Changed):
            convening.open_session(session, seen=seen, by=dara)
        assert now_of(session).status is Status.CONVENED

    def test_a_duty_officer_keeps_a_session_and_cancels_none(self, session, person):
        officer = person("duty_officer")
        convening.set_agenda(session, agenda=[], language="en", by=officer)
        with pytest.raises(PermissionDenied):
            convening.cancel(session, reason="x", language="en", by=officer)


class TestBeginning:
    def test_delegates_are_told_a_quarter_of_an_hour_before_and_once(self, session, dara):
        Notice.objects.all().delete()
        starts_at = row(session).starts_at
        assert tell_of_beginnings(starts_at - timedelta(minutes=16)) == 0
        assert tell_of_beginnings(starts_at - timedelta(minutes=14)) == 1
        assert tell_of_beginnings(starts_at - timedelta(minutes=13)) == 0
        assert kinds_told() == ["session.starts"]

    def test_of_two_workers_that_look_at_once_one_tells(self, session, dara):
        """The other has told it, and is not done yet when this one looks."""
        Notice.objects.all().delete()
        starts_at = row(session).starts_at
        GivenWarning.objects.create(kind="session.starts", subject=session.pk, step=starts_at.isoformat())
        assert tell_of_beginnings(starts_at - timedelta(minutes=5)) == 0
        assert kinds_told() == []

    def test_of_one_that_is_postponed_they_are_told_anew(self, session, dara):
        starts_at = row(session).starts_at
        tell_of_beginnings(starts_at - timedelta(minutes=5))
        convening.postpone(session, starts_at=starts_at + timedelta(hours=2), by=dara)
        later = row(session).starts_at
        assert tell_of_beginnings(later - timedelta(minutes=5)) == 1

    def test_of_one_that_began_or_was_cancelled_nobody_is_told(self, session, dara):
        starts_at = row(session).starts_at
        convening.cancel(session, reason="No need", language="en", by=dara)
        assert tell_of_beginnings(starts_at - timedelta(minutes=5)) == 0


def test_every_refusal_has_a_sentence_in_three_languages():
    assert set(REFUSALS) <= set(SESSION)
    for code in REFUSALS:
        for language in ("en", "ru", "zh-hans"):
            with translation.override(language):
                assert "%(" not in session_refused(code, {"state": "BO", "owner": "BO", "name": "X"})
