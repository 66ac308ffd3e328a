"""Callers of the API, each with a token."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tocsin.node.alliance.actions.tokens import make_token
from tocsin.node.alliance.models import Person


class Caller:
    """A program with a token, or without one."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=False)

    def headers(self, key: str | None = None, **more: str) -> dict[str, str]:
        said = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return {**said, **({"Idempotency-Key": key} if key else {}), **more}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers(**(headers or {})))

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, type: str = "application/json", **headers: str
    ) -> HttpResponse:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic("POST", f"/api/v1/{path}", data, type, headers=self.headers(key, **headers))

    def send(self, path: str, form: dict[str, Any], *, key: str | None = None) -> HttpResponse:
        return self.client.post(f"/api/v1/{path}", form, headers=self.headers(key))


@pytest.fixture(autouse=True)
def no_calls_yet():
    cache.clear()


@pytest.fixture
def secret() -> Callable[..., str]:
    """secret(person, scopes): of a token that they made; by default all that they may do."""

    def make(somebody: Person, scopes: Iterable[str] | None = None) -> str:
        if somebody.needs_second_factor:
            Authenticator.objects.get_or_create(user=somebody, type="totp", defaults={"data": {}})
        wanted = sorted(somebody.abilities) if scopes is None else scopes
        return make_token(somebody, name="nightly", scopes=wanted, days=30, by=somebody)[1]

    return make


@pytest.fixture
def caller(secret) -> Callable[..., Caller]:
    """caller(person, *scopes): a program of theirs; caller(): one without a token."""

    def make(somebody: Person | None = None, *scopes: str) -> Caller:
        return Caller(secret(somebody, scopes or None) if somebody else None)

    return make


@pytest.fixture
def api(caller, amina) -> Caller:
    """A program of Amina's that may do whatever she may."""
    return caller(amina)


@pytest.fixture
def lab(person) -> Person:
    """Somebody of a laboratory of the service."""
    return person("laboratory", name="Lina")
