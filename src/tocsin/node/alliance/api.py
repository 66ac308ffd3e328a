"""Who a token speaks for, and what it may do."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from tocsin.node.api.errors import refusals
from tocsin.node.api.tokens import CALLS, WINDOW, any_token

__all__ = ["router"]

router = Router(tags=["me"])


class OrganisationSaid(Schema):
    id: UUID
    kind: str
    name: str


class TokenSaid(Schema):
    """The token of this call. `abilities` is what it may do now: its scopes that its person's roles still give."""

    name: str
    ends: str
    scopes: list[str]
    abilities: list[str]
    expires_at: datetime


class LimitSaid(Schema):
    calls: int
    seconds: int


class MeSaid(Schema):
    id: UUID
    name: str
    language: str
    roles: list[str]
    organisation: OrganisationSaid
    token: TokenSaid
    limit: LimitSaid


@router.get("/me", auth=any_token, response={200: MeSaid, **refusals()}, operation_id="me", summary="Who am I")
def me(request: HttpRequest) -> MeSaid:
    token, person = request.auth, request.user
    organisation = person.organisation
    return MeSaid(
        id=person.pk,
        name=person.name,
        language=person.language,
        roles=person.roles,
        organisation=OrganisationSaid(id=organisation.pk, kind=organisation.kind, name=str(organisation)),
        token=TokenSaid(
            name=token.name,
            ends=token.ends,
            scopes=token.scopes,
            abilities=sorted(person.abilities),
            expires_at=token.expires_at,
        ),
        limit=LimitSaid(calls=CALLS, seconds=WINDOW),
    )
