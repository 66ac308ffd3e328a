"""Changing what somebody may do, and ending their access."""

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.language.keys import search_key

__all__ = [
    "ActRefused",
    "add_organisation",
    "add_person",
    "change_account",
    "change_roles",
    "end_access",
    "end_sessions",
    "give_access",
]


class ActRefused(ValueError):
    """What was asked breaks a rule of the domain; the sentence says which, and what to do."""


@transaction.atomic
def add_person(
    email: str,
    *,
    name: str,
    organisation: Organisation,
    roles: Iterable[str],
    language: str = "en",
    password: str | None = None,
    by: Person | None,
) -> Person:
    """Somebody who can sign in. Without a password they cannot until one is set through a link."""
    check(by, Ability.MANAGE_PEOPLE)
    roles = _known(roles)
    if Person.objects.filter(email=email.lower()).exists():
        raise ActRefused(_("%(email)s already belongs to somebody; change their roles instead.") % {"email": email})
    person = Person.objects.create_user(
        email, password, name=name, organisation=organisation, roles=roles, language=language,
        search_key=_search_key(name, email, organisation),
    )  # fmt: skip
    audit.record("person.added", person, by=by, roles=roles)
    return person


@transaction.atomic
def add_organisation(organisation: Organisation, *, by: Person | None) -> Organisation:
    """An organisation of the state that runs this node."""
    check(by, Ability.MANAGE_PEOPLE)
    organisation.state = State.objects.get(is_here=True)
    organisation.search_key = search_key(organisation.name_en, organisation.name_ru, organisation.name_zh)
    organisation.save(force_insert=True)
    audit.record("organisation.added", organisation, by=by)
    return organisation


@transaction.atomic
def change_roles(person: Person, *, roles: Iterable[str], by: Person) -> Person:
    """Give somebody other roles, from their next request on. The last administrator stays one."""
    check(by, Ability.MANAGE_PEOPLE)
    roles = _known(roles)
    person = Person.objects.select_for_update().get(pk=person.pk)
    before = list(person.roles)
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in roles:
        _keep_an_administrator(person)
    person.roles = roles
    person.save(update_fields=["roles"])
    # A role that asks for a second factor is asked for one at once, not at the next sign-in.
    end_sessions(person, by=by)
    audit.record("person.roles_changed", person, by=by, before=before, after=roles)
    return person


@transaction.atomic
def change_account(person: Person, *, changed: list[str], by: Person) -> Person:
    """Keep what somebody changed about themselves (`person` carries it, `changed` names the fields)."""
    if by.pk != person.pk:
        raise ActRefused(_("Everybody keeps their own account."))
    person.search_key = _search_key(person.name, person.email, person.organisation)
    person.save(update_fields=[*changed, "search_key"])
    audit.record("person.account_changed", person, by=by, changed=changed)
    return person


@transaction.atomic
def end_access(person: Person, *, by: Person) -> Person:
    """Nothing that they did is lost; they cannot sign in, and what is open ends now, tokens included."""
    check(by, Ability.MANAGE_PEOPLE)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if Role.ADMINISTRATOR in person.roles:
        _keep_an_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person, by=by)
    audit.record("person.access_ended", person, by=by)
    return person


@transaction.atomic
def give_access(person: Person, *, by: Person) -> Person:
    """Let somebody back in whose access was ended."""
    check(by, Ability.MANAGE_PEOPLE)
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("person.access_given", person, by=by)
    return person


@transaction.atomic
def end_sessions(person: Person, *, by: Person | None) -> int:
    """Sign somebody out everywhere."""
    if by is not None and by.pk != person.pk:
        check(by, Ability.MANAGE_PEOPLE)
    keys = list(person.usersession_set.values_list("session_key", flat=True))
    ended = Session.objects.filter(session_key__in=keys).delete()[0]
    person.usersession_set.all().delete()
    audit.record("person.sessions_ended", person, by=by, sessions=len(keys))
    return ended


def _search_key(name: str, email: str, organisation: Organisation) -> str:
    return search_key(name, email, *filter(None, (organisation.name_en, organisation.name_ru, organisation.name_zh)))


def _known(roles: Iterable[str]) -> list[str]:
    roles = list(dict.fromkeys(str(role) for role in roles))
    if unknown := [role for role in roles if role not in Role.values]:
        raise ActRefused(_("There is no role %(role)s.") % {"role": ", ".join(unknown)})
    if not roles:
        raise ActRefused(_("Choose at least one role."))
    return roles


def _keep_an_administrator(person: Person) -> None:
    others = Person.objects.filter(is_active=True).exclude(pk=person.pk).values_list("roles", flat=True)
    if not any(Role.ADMINISTRATOR in roles for roles in others):
        raise ActRefused(
            _("%(name)s is the last administrator; give the role to somebody else first.") % {"name": person}
        )
