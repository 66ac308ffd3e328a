"""Clinicians: invited, identity checked by another, active, away, revoked at once; hours in their own zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given as supposing
from hypothesis import strategies as st
from tests.exchange.types.hospitals import NIGHTS
from tests.node.hospitals.scenes import LIN, active_clinician

from tocsin.node.alliance.actions import invitations
from tocsin.node.alliance.models import AuditEntry, Invitation
from tocsin.node.hospitals.actions.clinicians import (
    activate_clinician,
    back,
    check_identity,
    keep_clinician,
    revoke_clinician,
    set_away,
)
from tocsin.node.hospitals.actions.inviting import invite_clinician, link_accepted
from tocsin.node.hospitals.actions.standing import resume, suspend
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.reading import clinician_of, clinicians_of, coordinators_of, is_available, is_on_hours
from tocsin.node.hospitals.refusals import ActRefused, Changed, InvalidInput, Oneself, WrongStatus

pytestmark = pytest.mark.django_db
ADDRESS = "new@city.example"


def secret(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def fields(refusal) -> list[str]:
    return [one.field for one in refusal.value.problems]


def test_an_address_of_nobody_is_invited_and_linked_once_accepted(hospital, mira, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        clinician, link = invite_clinician(hospital, " New@City.example ", LIN, language="ru", by=mira)
    assert (clinician.status, clinician.person) == ("invited", None)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles, invitation.organisation) == (ADDRESS, ["clinician"], mira.organisation)
    assert link in mail.outbox[0].body
    assert ADDRESS not in str(AuditEntry.objects.filter(act="clinician.invited").values("details", "target_name"))
    with pytest.raises(ActRefused, match="has not accepted the invitation yet"):
        check_identity(clinician, by=mira)
    somebody = invitations.accept(invitations.find(secret(link)), password="a long sentence that nobody knows")
    assert check_identity(clinician, by=mira).person == somebody
    activate_clinician(clinician, by=mira)
    assert [one.pk for one in clinicians_of(somebody)] == [clinician.pk]


def test_accepting_links_at_once_and_only_the_person_of_that_address(hospital, mira, lin):
    _clinician, link = invite_clinician(hospital, ADDRESS, LIN, by=mira)
    assert link_accepted(lin) == []
    somebody = invitations.accept(invitations.find(secret(link)), password="a long sentence that nobody knows")
    assert Clinician.objects.get().person == somebody
    assert link_accepted(lin) == []
    assert link_accepted(somebody) == []


def test_inviting_anew_ends_the_link_before_and_makes_no_second_row(hospital, mira):
    clinician, first = invite_clinician(hospital, ADDRESS, LIN, by=mira)
    again, second = invite_clinician(hospital, ADDRESS, LIN, by=mira)
    assert again.pk == clinician.pk
    assert invitations.find(secret(first)) is None
    assert invitations.find(secret(second)) is not None


def test_an_invitation_of_somebody_else_is_not_ours_to_end(hospital, mira, omar, elsewhere, ward, person):
    boss = person("administrator")
    given = {"name": "New", "language": "en", "by": boss}
    for roles, organisation in ((["consultation_coordinator"], ward), (["clinician"], elsewhere)):
        _, link = invitations.invite(ADDRESS, roles=roles, organisation=organisation, **given)
        with pytest.raises(ActRefused, match="Somebody else has invited this address"):
            invite_clinician(hospital, ADDRESS, LIN, by=mira)
        assert invitations.find(secret(link)) is not None
        assert not Clinician.objects.exists()


def test_clinicians_of_a_hospital_that_is_suspended_answer_nothing(hospital, mira, lin):
    clinician = active_clinician(hospital, lin, by=mira)
    row = suspend(hospital, reason="Flood.", by=mira)
    assert clinicians_of(lin) == []
    resume(row, by=mira)
    assert clinicians_of(lin) == [clinician]


def test_a_person_who_works_there_is_linked_without_a_letter(hospital, mira, lin):
    clinician, link = invite_clinician(hospital, lin.email, LIN, by=mira)
    assert (clinician.person, link) == (lin, "")
    assert not Invitation.objects.exists()


def test_a_person_who_works_elsewhere_is_not_taken(hospital, mira, omar):
    with pytest.raises(ActRefused, match="Omar works in River Hospital"):
        invite_clinician(hospital, omar.email, LIN, by=mira)
    assert not Clinician.objects.exists()


def test_people_are_invited_to_ones_own_verified_hospital(applied, mira, omar):
    with pytest.raises(WrongStatus, match="People are invited once it is verified"):
        invite_clinician(applied, ADDRESS, LIN, by=mira)
    with pytest.raises(PermissionDenied):
        invite_clinician(applied, ADDRESS, LIN, by=omar)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": {"en": "", "ru": "", "zh": ""}}, "names.en"),
        ({"role": "wizard"}, "role"),
        ({"specialties": ["magic"]}, "specialties"),
        ({"languages": ["xx"]}, "languages"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"availability": [NIGHTS[0] | {"days": []}]}, "availability.0"),
        ({"availability": [NIGHTS[0], {"days": [1], "from": "20:00", "until": "08:00"}]}, "availability.1"),
        ({"availability": [{"days": [1], "from": "8:00", "until": "12:00"}]}, "availability.0"),
        ({"email": ADDRESS}, "email"),
    ],
)
def test_bad_entries_of_clinicians_are_refused_by_field(hospital, mira, given, field):
    with pytest.raises(InvalidInput) as refusal:
        invite_clinician(hospital, ADDRESS, LIN | given, by=mira)
    assert fields(refusal) == [field]
    with pytest.raises(InvalidInput) as refusal:
        invite_clinician(hospital, "no address", LIN, by=mira)
    assert fields(refusal) == ["email"]


def test_nobody_checks_or_activates_themselves(hospital, person, ward, mira):
    both = person("hospital_manager", "clinician", name="Both", organisation=ward)
    clinician, _ = invite_clinician(hospital, both.email, LIN, by=mira)
    with pytest.raises(Oneself):
        check_identity(clinician, by=both)
    check_identity(clinician, by=mira)
    with pytest.raises(Oneself):
        activate_clinician(clinician, by=both)
    assert activate_clinician(clinician, by=mira).status == "active"


def test_whoever_verifies_may_check_and_activate_and_nobody_else_outside(hospital, mira, vera, omar, lin):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    for act in (check_identity, activate_clinician):
        with pytest.raises(PermissionDenied):
            act(clinician, by=omar)
    assert check_identity(clinician, by=vera).identity_checked_by == vera
    assert activate_clinician(clinician, by=vera).status == "active"


def test_nobody_is_active_whose_identity_was_not_checked(hospital, mira, lin):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    with pytest.raises(WrongStatus, match="had their identity checked"):
        activate_clinician(clinician, by=mira)
    assert clinicians_of(lin) == []


def test_somebody_without_the_role_of_a_clinician_is_not_activated(hospital, person, ward, mira):
    coordinator = person("consultation_coordinator", name="Cora", organisation=ward)
    clinician, _ = invite_clinician(hospital, coordinator.email, LIN, by=mira)
    check_identity(clinician, by=mira)
    with pytest.raises(ActRefused, match="without the role of a clinician"):
        activate_clinician(clinician, by=mira)


def test_one_is_away_and_back_by_oneself_or_by_the_manager(hospital, mira, lin, omar):
    clinician = active_clinician(hospital, lin, by=mira)
    row = set_away(clinician, until=timezone.now().date() + timedelta(days=3), by=lin)
    assert row.status == "away"
    assert [one.pk for one in clinicians_of(lin)] == [clinician.pk]
    assert back(clinician, by=mira).away_until is None
    with pytest.raises(WrongStatus):
        back(clinician, by=lin)
    with pytest.raises(PermissionDenied):
        set_away(clinician, by=omar)
    with pytest.raises(InvalidInput) as refusal:
        set_away(clinician, until=timezone.now().date() - timedelta(days=2), by=lin)
    assert fields(refusal) == ["until"]


def test_a_revoked_one_answers_no_more_at_once_and_keeps_a_name(hospital, mira, lin):
    clinician = active_clinician(hospital, lin, by=mira)
    revoke_clinician(clinician, reason="Left the hospital.", by=mira)
    assert clinicians_of(lin) == []
    assert str(clinician_of(clinician.key)) == "Lin Wei"
    for act in (set_away, back):
        with pytest.raises(WrongStatus):
            act(clinician, by=mira)
    again, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    assert (again.pk, again.status, again.identity_checked_at) == (clinician.pk, "invited", None)


def test_an_invitation_of_somebody_who_is_revoked_opens_nothing(hospital, mira):
    clinician, link = invite_clinician(hospital, ADDRESS, LIN, by=mira)
    revoke_clinician(clinician, reason="A mistake.", by=mira)
    assert invitations.find(secret(link)) is None


def test_clinicians_keep_their_own_entry_but_not_their_role(hospital, mira, lin, person, ward):
    clinician = active_clinician(hospital, lin, by=mira)
    other = person("clinician", name="Other", organisation=ward)
    with pytest.raises(PermissionDenied):
        keep_clinician(clinician, LIN, version=clinician.version, by=other)
    changed = LIN | {"role": "head_of_department", "specialties": ["burns"]}
    row = keep_clinician(clinician, changed, version=clinician.version, by=lin)
    assert (row.role, row.specialties) == ("consultant", ["burns"])
    with pytest.raises(Changed, match="Lin Wei changed this"):
        keep_clinician(clinician, changed, version=clinician.version, by=mira)
    assert keep_clinician(clinician, changed, version=row.version, by=mira).role == "head_of_department"


def test_who_sees_somebody_who_is_not_active_yet(hospital, mira, omar, vera, lin, person, ward):
    clinician, _ = invite_clinician(hospital, lin.email, LIN, by=mira)
    other = person("clinician", name="Other", organisation=ward)
    everybody = (mira, omar, vera, lin, other)
    seen = {one.name: Clinician.objects.visible_to(one).exists() for one in everybody}
    assert seen == {"Mira": True, "Omar": False, "Vera": True, "Lin Wei": True, "Other": False}
    check_identity(clinician, by=mira), activate_clinician(clinician, by=mira)
    assert all(Clinician.objects.visible_to(one).exists() for one in everybody)


def test_coordinators_are_active_people_of_the_hospital_with_that_role(hospital, person, ward, mira):
    cora = person("consultation_coordinator", name="Cora", organisation=ward)
    person("consultation_coordinator", name="Gone", organisation=ward, is_active=False)
    person("consultation_coordinator", name="Elsewhere")
    assert coordinators_of(hospital) == [cora]


# Lin works nights in Shanghai, UTC+8: Monday 20:00 to Saturday 08:00.
@pytest.mark.parametrize(
    ("at", "there"),
    [
        (datetime(2026, 3, 9, 11, 59, tzinfo=UTC), False),  # Monday 19:59
        (datetime(2026, 3, 9, 12, 0, tzinfo=UTC), True),  # Monday 20:00
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), True),  # Monday 23:59
        (datetime(2026, 3, 9, 16, 0, tzinfo=UTC), True),  # Tuesday 00:00
        (datetime(2026, 3, 10, 0, 0, tzinfo=UTC), False),  # Tuesday 08:00
        (datetime(2026, 3, 13, 23, 59, tzinfo=UTC), True),  # Saturday 07:59
        (datetime(2026, 3, 14, 12, 30, tzinfo=UTC), False),  # Saturday 20:30
    ],
)
def test_hours_are_those_of_ones_own_zone(hospital, mira, lin, at, there):
    clinician = active_clinician(hospital, lin, by=mira)
    assert is_available(clinician, at) is there


def test_who_is_away_is_not_available_until_the_day_is_over_where_they_are():
    clinician = Clinician(status="away", away_until=date(2026, 3, 9), time_zone="Asia/Shanghai", availability=NIGHTS)
    assert not is_available(clinician, datetime(2026, 3, 9, 15, 59, tzinfo=UTC))
    assert is_available(clinician, datetime(2026, 3, 9, 16, 0, tzinfo=UTC))
    clinician.away_until = None
    assert not is_available(clinician, datetime(2026, 5, 11, 13, tzinfo=UTC))


def test_hours_that_nobody_has_said_are_unknown_and_not_available():
    clinician = Clinician(status="active", time_zone="Asia/Shanghai", availability=[])
    at = datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert is_on_hours(clinician, at) is None
    assert not is_available(clinician, at)
    assert is_on_hours(Clinician(status="revoked", time_zone="Asia/Shanghai", availability=[]), at) is False


@supposing(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_whole_days_are_always_and_the_rest_of_a_week_never(at):
    zone = "America/St_Johns"
    whole = [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "until": "24:00"}]
    assert is_available(Clinician(status="active", time_zone=zone, availability=whole), at)
    week, end = [{**whole[0], "days": [1, 2, 3, 4, 5]}], [{**whole[0], "days": [6, 7]}]
    either = [is_available(Clinician(status="active", time_zone=zone, availability=one), at) for one in (week, end)]
    assert sum(either) == 1
