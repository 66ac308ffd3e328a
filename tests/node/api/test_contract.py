"""Whatever is sent, the answer is one that the description tells of, in the form that it tells: tried by schemathesis.

PROVE=1 tries many more examples of each endpoint, others every time.
"""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tests.node.access_table import API
from tests.node.access_world import World, secret_of, world_in

from tocsin.node.alliance.roles import MAY, Role
from tocsin.node.api import tokens
from tocsin.node.api.urls import api
from tocsin.node.wsgi import application

pytestmark = pytest.mark.verify
EXAMPLES = 400 if os.environ.get("PROVE") else 8
TRIED = trying(
    max_examples=EXAMPLES,
    derandomize=not os.environ.get("PROVE"),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
PROMISED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
HOSTILE = ["\0", "\u202e=1+1", "<script>", "'; DROP TABLE--", "9" * 400, "%00", "../..", "𝕏" * 300, ""]


def answered_and_closed(environ, start_response):
    """The application as a server calls it: what the answer holds, such as files that came, is closed at its end."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = answered_and_closed
OPERATIONS = {one.ok().definition.raw["operationId"]: one.ok() for one in schema.get_all_operations()}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with django_db_blocker.unblock(), world_in(tmp_path_factory.mktemp("contract")) as made:
        yield made


@pytest.fixture(scope="module")
def secrets(world) -> dict[str, str | None]:
    roles = (Role.EPIDEMIOLOGIST, Role.LABORATORY, Role.ADMINISTRATOR)
    return {role: secret_of(world.people[role], sorted(map(str, MAY[role]))) for role in roles} | {"stranger": None}


@pytest.fixture(autouse=True)
def as_often_as_wanted(monkeypatch, world, own_folders):
    monkeypatch.setattr(tokens, "CALLS", 10**9)
    settings.UPLOADS = world.folder / "uploads"
    cache.clear()


@pytest.mark.parametrize("who", ["epidemiologist", "laboratory", "administrator", "stranger"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_is_promised(world, secrets, db, name, who):
    operation = OPERATIONS[name]
    wanted = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    headers = {"Authorization": f"Bearer {secrets[who]}"} if secrets[who] else {}
    answered: set[int] = set()

    @TRIED
    @given(case=st.one_of(wanted), is_there=st.booleans(), hostile=st.none() | st.sampled_from(HOSTILE))
    def tried(case, is_there, hostile):
        if is_there and case.path_parameters:
            # An id that is made up leads nowhere: half of the calls are of records that are there.
            there = API[name].given
            case.path_parameters = {part: str(world.here[there[part][1:]].pk) for part in case.path_parameters}
        if hostile is not None and isinstance(case.body, dict):
            case.body = {field: hostile if isinstance(value, str) else value for field, value in case.body.items()}
        case.headers = {
            # A host that is not the node's own is refused before the API is asked.
            **{name: value for name, value in case.headers.items() if name.lower() not in {"authorization", "host"}},
            **headers,
        }
        with transaction.atomic():
            response = case.call()
            transaction.set_rollback(True)
        if headers and "Authorization" not in response.request.headers:
            assert response.status_code == 401  # schemathesis leaves the token out now and then, to see what happens
        else:
            answered.add(response.status_code)
        case.validate_response(response, checks=PROMISED)

    tried()
    if who == "stranger":
        assert answered <= {401, 404}
    else:
        assert not answered & {401, 429}


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_endpoint_forgets_to_ask_for_a_token(world, db, name):
    assert OPERATIONS[name].definition.raw["security"] == [{"Token": []}]
