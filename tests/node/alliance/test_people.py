"""Inviting people, changing what they may do, ending their access: through the pages."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tocsin.node.alliance.models import AuditEntry, Invitation, Person


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


def test_an_invited_person_chooses_a_password_and_signs_in(office, service, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(office, service).status_code == 200
    [letter] = mail.outbox
    assert letter.to == ["chen@hospital.example"]
    stranger = Client()
    address = link_in(letter.body)
    assert "chen@hospital.example" in stranger.get(address).text
    words = "a long sentence to remember"
    assert stranger.post(address, {"password": words, "again": words}).status_code == 302
    chen = Person.objects.get(email="chen@hospital.example")
    assert (chen.name, chen.roles, chen.language) == ("Chen Li", ["epidemiologist"], "zh-hans")
    answer = stranger.post(reverse("account_login"), {"login": "chen@hospital.example", "password": words})
    assert answer.status_code == 302
    assert stranger.get(reverse("account")).status_code == 200
    acts = list(AuditEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-4:] == ["invitation.sent", "person.added", "invitation.accepted", "person.signed_in"]


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
