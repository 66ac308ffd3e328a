"""A small state with its people, places and diseases, as every test of the node may find them."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult
from tests.node.flushing import allow_flushing

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.alliance.roles import Role
from tocsin.node.post import warning
from tocsin.node.surveillance.actions.setting_up import add_place, load_diseases
from tocsin.node.surveillance.models import Disease, DiseaseRule, Place, PlaceAlias, Source

allow_flushing()


@pytest.fixture(scope="session")
def empty_database(django_db_setup, django_db_blocker) -> bytes | None:
    """The file of a database in which nothing is yet but the tables.

    None where the tests are not on SQLite, and where none of them asks for a database, so that none was made.
    """
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite" or not connection.introspection.table_names():
            return None
        return connection.connection.serialize()


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves the language of its person active in the thread; the next test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path, settings):
    """Files of one test are not those of another."""
    settings.ARCHIVE = tmp_path / "archive"
    settings.UPLOADS = tmp_path / "uploads"
    settings.WATCHED = tmp_path / "watched"


@pytest.fixture(autouse=True)
def every_banner_asked_for(monkeypatch):
    """Not what another test's page has lately asked: a page counts the same queries, whoever was before it."""
    monkeypatch.setattr(warning, "KEPT", -1)


@pytest.fixture
def state(db) -> State:
    load_states(alliance(), here=here().code, by=None)
    return State.objects.get(is_here=True)


@pytest.fixture
def service(state) -> Organisation:
    return Organisation.objects.create(
        state=state, kind="service", name_en="Sanitary Service", name_ru="Санитарная служба", name_zh="卫生防疫局"
    )


@pytest.fixture
def person(service) -> Callable[..., Person]:
    """person("epidemiologist", …): somebody with these roles; name, language and organisation may be given."""

    def make(*roles: str, name: str = "", **fields: object) -> Person:
        name = name or (roles[0] if roles else "nobody").replace("_", " ").title()
        fields.setdefault("organisation", service)
        address = fields.pop("email", f"{name.lower().replace(' ', '.')}@service.example")
        return Person.objects.create_user(address, name=name, roles=list(roles), **fields)

    return make


@pytest.fixture
def people(person) -> dict[str, Person]:
    """One person a role."""
    return {role: person(role) for role in Role.values}


@pytest.fixture
def amina(person) -> Person:
    """An epidemiologist."""
    return person("epidemiologist", name="Amina")


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """signed_in(person): a browser in which they have signed in, with a second factor where they need one, or have it
    all the same (second_factor=True).
    """

    def sign_in(somebody: Person, second_factor: bool = False, **options: object) -> Client:
        browser = Client(**options)
        browser.force_login(somebody, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = browser.session
        if (second_factor or somebody.needs_second_factor) and not is_mfa_enabled(somebody):
            TOTP.activate(somebody, generate_totp_secret())
        session["account_authentication_methods_user"] = str(somebody.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp(), "reauthenticated": True}
        ]
        session.save()
        return browser

    return sign_in


@pytest.fixture
def diseases(db) -> dict[str, Disease]:
    for question, rows in _diseases_and_rules():
        with connection.cursor() as cursor:
            cursor.execute(question, rows)
    return Disease.objects.in_bulk()


@cache
def _diseases_and_rules() -> list[tuple[str, tuple[object, ...]]]:
    with transaction.atomic():
        load_diseases(by=None)
        made = [*Disease.objects.all()], [*DiseaseRule.objects.all()]
        transaction.set_rollback(True)
    return _as_written(made)


@pytest.fixture
def places(state) -> dict[str, Place]:
    """A country (XX) of two regions (XX-1, XX-2), each of three districts (XX-11 … XX-23)."""
    for question, rows in _places(state):
        with connection.cursor() as cursor:
            cursor.execute(question, rows)
    return {place.code: place for place in Place.objects.filter(code__startswith="XX").order_by("pk")}


@cache
def _places(state: State) -> list[tuple[str, tuple[object, ...]]]:
    with transaction.atomic():
        root = add_place(
            code="XX", kind="country", parent=None, names=("Testland", "Тестландия", "测试国"), state=state
        )
        for r in (1, 2):
            region = add_place(
                code=f"XX-{r}", kind="region", parent=root, state=state, population=900_000,
                names=(f"Region {r}", f"Область {r}", f"第{r}州"), tile=(1, r),
            )  # fmt: skip
            for d in (1, 2, 3):
                add_place(
                    code=f"XX-{r}{d}", kind="district", parent=region, state=state, population=300_000,
                    names=(f"District {r}{d}", f"Район {r}{d}", f"第{r}{d}县"), tile=(r, d),
                )  # fmt: skip
        made = [*Place.objects.order_by("pk")], [*PlaceAlias.objects.order_by("pk")]
        transaction.set_rollback(True)
    return _as_written(made)


def _as_written(made: Iterable[list[Model]]) -> list[tuple[str, tuple[object, ...]]]:
    """How rows that acts of the node made are written again: to read files and to make the keys of names takes long."""
    said: list[tuple[str, tuple[object, ...]]] = []

    def hear(execute, question, values, many, context):
        said.append((question, values))
        return execute(question, values, many, context)

    with transaction.atomic():
        for rows in made:
            with connection.execute_wrapper(hear):
                type(rows[0]).objects.bulk_create(rows)
        transaction.set_rollback(True)
    return [(question, values) for question, values in said if question.startswith("INSERT")]


@pytest.fixture
def source(service, places) -> Source:
    """Weekly counts of several diseases by district, as service sends them every week."""
    return Source.objects.create(
        name="Weekly counts",
        organisation=service,
        place=places["XX"],
        layout={"date": "week", "count": "cases"},
        columns={"disease": "disease", "place": ["region", "district"], "stratum": []},
    )


@pytest.fixture
def in_a_week():
    return timezone.now() + timedelta(days=7)


@pytest.fixture
def work(db) -> Callable[[], int]:
    """work(): what a worker would do now: every task that is ready, one after the other; what fails, fails the test."""

    def run() -> int:
        done = 0
        while row := DBTaskResult.objects.ready().first():
            given = row.args_kwargs
            row.set_successful(row.task.call(*given["args"], **given["kwargs"]))
            done += 1
        return done

    return run
