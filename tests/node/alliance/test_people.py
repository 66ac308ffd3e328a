"""Inviting people, changing what they may do, ending their access: through the pages."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tocsin.node.alliance.models import AuditEntry, Invitation, Person


@pytest.fixture(autouse=True)
def no_limits_reached_before():
    cache.clear()


@pytest.fixture
def boris(person) -> Person:
    return person("administrator", name="Boris", language="ru")


@pytest.fixture
def office(boris, signed_in) -> Client:
    return signed_in(boris)


def invite(office, service, **changed):
    given = {
        "name": "Chen Li", "email": "chen@hospital.example", "organisation": service.pk, "language": "zh-hans",
        "roles": ["epidemiologist"], **changed,
    }  # fmt: skip
    return office.post(reverse("invite"), given)


def link_in(letter: str) -> str:
    return re.search(r"https?://[^/]+(/invitation/\S+/)", letter)[1]


def test_an_invited_person_chooses_a_password_and_is_signed_in(office, service, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(office, service).status_code == 200
    [letter] = mail.outbox
    assert letter.to == ["chen@hospital.example"]
    stranger = Client()
    address = link_in(letter.body)
    assert "chen@hospital.example" in stranger.get(address).text
    words = "a long sentence to remember"
    assert stranger.post(address, {"password": words, "again": words}).url == "/"
    chen = Person.objects.get(email="chen@hospital.example")
    assert (chen.name, chen.roles, chen.language) == ("Chen Li", ["epidemiologist"], "zh-hans")
    assert stranger.get(reverse("account")).status_code == 200
    acts = list(AuditEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-4:] == ["invitation.sent", "person.added", "invitation.accepted", "person.signed_in"]
    assert AuditEntry.objects.order_by("number").last().by == chen
    other = Client()
    assert other.post(reverse("account_login"), {"login": chen.email, "password": words}).url == "/", "later, as all do"


@pytest.fixture
def link(office, service, django_capture_on_commit_callbacks):
    """Of an invitation with these roles."""

    def made(*roles: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invite(office, service, roles=list(roles))
        return link_in(mail.outbox[-1].body)

    return made


def chosen(browser, address, words="a long sentence to remember"):
    return browser.post(address, {"password": words, "again": words})


def test_the_session_of_whoever_is_signed_in_by_a_link_is_a_new_one_that_ends_with_the_browser(link):
    stranger, address = Client(), link("epidemiologist")
    session = stranger.session
    session["planted"] = "x"
    session.save()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    answer = chosen(stranger, address)
    assert stranger.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert stranger.session.get_expire_at_browser_close()
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["httponly"]
    assert Person.objects.get(email="chen@hospital.example").usersession_set.count() == 1


@pytest.mark.parametrize("role", ["duty_officer", "administrator", "auditor"])
def test_whoever_needs_a_second_factor_signs_in_and_sets_it_up(link, role):
    stranger = Client()
    assert chosen(stranger, link(role)).url == reverse("account_login")
    assert stranger.get(reverse("account")).status_code == 302
    assert not AuditEntry.objects.filter(act="person.signed_in", by__email="chen@hospital.example").exists()
    known = {"login": "chen@hospital.example", "password": "a long sentence to remember"}
    stranger.post(reverse("account_login"), known)
    assert stranger.get(reverse("account")).url == reverse("mfa_index")


def test_a_link_that_is_opened_where_somebody_is_signed_in_leaves_them_so(link, office, boris):
    assert chosen(office, link("epidemiologist")).url == reverse("account_login")
    assert office.get(reverse("people")).status_code == 200
    assert office.get("/").wsgi_request.user == boris
    assert Person.objects.filter(email="chen@hospital.example").exists()


def test_a_used_link_signs_nobody_in(link):
    address = link("epidemiologist")
    chosen(Client(), address)
    other = Client()
    assert chosen(other, address).status_code == 404
    assert other.get(reverse("account")).status_code == 302


def test_tries_upon_the_address_are_counted_and_hold_the_sign_in_of_the_link_too(link):
    address, guesser = link("epidemiologist"), Client()
    for _ in range(12):
        guesser.post(reverse("account_login"), {"login": "chen@hospital.example", "password": "wrong"})
    stranger = Client()
    assert chosen(stranger, address).url == reverse("account_login")
    assert stranger.get(reverse("account")).status_code == 302
    assert Person.objects.filter(email="chen@hospital.example").exists(), "the account is there all the same"


def test_a_sign_in_by_a_link_gives_no_more_tries(link, person):
    amina, browser = person("epidemiologist", password="a long sentence to remember"), Client()
    for _ in range(4):
        browser.post(reverse("account_login"), {"login": amina.email, "password": "wrong"})
    chosen(Client(), link("epidemiologist"))
    for _ in range(4):
        browser.post(reverse("account_login"), {"login": amina.email, "password": "wrong"})
    browser.post(reverse("account_login"), {"login": amina.email, "password": "a long sentence to remember"})
    assert browser.get(reverse("account")).status_code == 302


def test_a_link_opens_once(office, service, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(office, service)
    address, stranger = link_in(mail.outbox[0].body), Client()
    words = "a long sentence to remember"
    stranger.post(address, {"password": words, "again": words})
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"password": words, "again": words}).status_code == 404
    assert Person.objects.filter(email="chen@hospital.example").count() == 1


def test_a_withdrawn_or_made_up_link_opens_nothing(office, service, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(office, service)
    address = link_in(mail.outbox[0].body)
    office.post(reverse("withdraw_invitation", args=[Invitation.objects.get().pk]))
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("accept_invitation", args=["made-up"])).status_code == 404


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345"])
def test_a_weak_password_is_refused_with_its_reason(office, service, password, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(office, service)
    answer = Client().post(link_in(mail.outbox[0].body), {"password": password, "again": password})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert not Person.objects.filter(email="chen@hospital.example").exists()


def test_an_address_belongs_to_one_person(office, service, boris):
    answer = invite(office, service, email=boris.email.upper())
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_other_roles_from_the_next_request_on(office, person, signed_in):
    dina = person("epidemiologist", name="Dina")
    hers = signed_in(dina)
    assert hers.get(reverse("directory")).status_code == 200
    office.post(reverse("one_person", args=[dina.pk]), {"roles": ["auditor"]})
    dina.refresh_from_db()
    assert dina.roles == ["auditor"]
    entry = AuditEntry.objects.filter(act="person.roles_changed").get()
    assert entry.details == {"before": ["epidemiologist"], "after": ["auditor"]}


def test_ended_access_ends_now(office, person):
    dina = person("epidemiologist", name="Dina", password="a long sentence to remember")
    hers = Client()
    hers.post(reverse("account_login"), {"login": dina.email, "password": "a long sentence to remember"})
    assert hers.get(reverse("account")).status_code == 200
    office.post(reverse("person_access", args=[dina.pk, "end"]))
    assert hers.get(reverse("account")).status_code == 302
    again = hers.post(reverse("account_login"), {"login": dina.email, "password": "a long sentence to remember"})
    assert hers.get(reverse("account")).status_code == 302
    assert again.url != "/"
    office.post(reverse("person_access", args=[dina.pk, "give"]))
    hers.post(reverse("account_login"), {"login": dina.email, "password": "a long sentence to remember"})
    assert hers.get(reverse("account")).status_code == 200


def test_the_last_administrator_stays(office, boris):
    office.post(reverse("person_access", args=[boris.pk, "end"]))
    answer = office.post(reverse("one_person", args=[boris.pk]), {"roles": ["auditor"]})
    assert answer.status_code == 422
    boris.refresh_from_db()
    assert boris.is_active
    assert boris.roles == ["administrator"]


def test_an_organisation_is_added_in_three_scripts_and_found(office, person, service):
    given = {"kind": "hospital", "name_en": "First Hospital", "name_ru": "Первая больница", "name_zh": "第一医院"}
    assert office.post(reverse("add_organisation"), given).status_code == 302
    assert "Первая больница" in office.get(reverse("invite")).text


@pytest.mark.parametrize("query", ["Ёлкина", "елкина", "ЕЛКИНА", "elkina", "эпид"])
def test_the_directory_finds_names_as_people_type_them(office, state, service, query):
    from tocsin.node.alliance.actions.people import add_person

    service.name_ru = "Эпидцентр"
    service.save()
    add_person("e@x.example", name="Мария Ёлкина", organisation=service, roles=["clinician"], by=None)
    assert "Мария Ёлкина" in office.get(reverse("directory"), {"q": query}).text
    assert "Мария Ёлкина" not in office.get(reverse("directory"), {"q": query + "zzz"}).text


def test_the_directory_by_role(office, person):
    person("translator", name="Tariq")
    assert "Tariq" in office.get(reverse("directory"), {"role": "translator"}).text
    assert "Tariq" not in office.get(reverse("directory"), {"role": "logistics"}).text
