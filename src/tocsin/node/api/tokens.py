"""Who calls: the person of a token, with no more abilities than the token has; and how often they may."""

import time

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.errors import Throttled
from ninja.security import HttpBearer

from tocsin.node.alliance.actions.tokens import person_of
from tocsin.node.alliance.models import ApiToken
from tocsin.node.alliance.roles import WORDS, Ability
from tocsin.node.api.errors import Refusal

__all__ = ["CALLS", "WINDOW", "Token", "any_token", "may", "may_all"]

CALLS, WINDOW = 600, 60  # calls of one token in so many seconds


class Token(HttpBearer):
    """An open token whose person may do one of `any_of` and everything of `all_of`, by their roles and by the token's
    scopes both.

    Sets `request.user` to that person. Sessions of a browser open nothing here, so that no other site's page can call
    in a person's name.
    """

    def __init__(self, *any_of: Ability, all_of: tuple[Ability, ...] = ()) -> None:
        super().__init__()
        self.any_of, self.all_of = any_of, all_of

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = person_of(token)
        if found is None:
            return None
        _speak(request, found.person.language)
        _count(found)
        _require_open(found)
        person = found.person
        # What gates and acts ask the person is what this token may, whoever they are elsewhere.
        person.__dict__["abilities"] = person.abilities & frozenset(found.scopes)
        if self.any_of and not any(person.may(ability) for ability in self.any_of):
            raise Refusal(403, "scope_missing", _missing(self.any_of), details={"any_of": [*map(str, self.any_of)]})
        for ability in self.all_of:
            if not person.may(ability):
                raise Refusal(403, "scope_missing", _missing((ability,)), details={"any_of": [str(ability)]})
        request.user = person
        return found


def may(*any_of: Ability) -> Token:
    """For an endpoint's `auth`: open to tokens that may do one of these."""
    return Token(*any_of)


def may_all(*all_of: Ability) -> Token:
    """For an endpoint's `auth`: open to tokens that may do all of these, as what is changed is also answered."""
    return Token(all_of=all_of)


any_token = Token()


def _missing(any_of: tuple[Ability, ...]) -> str:
    words = ", ".join(str(WORDS[ability]) for ability in any_of)
    return _("Your roles and this token's scopes must both have one of these: %(abilities)s.") % {"abilities": words}


def _require_open(token: ApiToken) -> None:
    """Roles change after a token was made: it must still be one that its person could make now."""
    person = token.person
    if not person.may(Ability.USE_API):
        raise Refusal(403, "no_api", _("Your roles do not let programs sign in for you."))
    if not person.needs_second_factor:
        return
    factors = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if not factors.filter(created_at__lte=token.made_at).exists():
        message = _("Your roles ask for a second factor: set it up, then make a new token.")
        raise Refusal(403, "second_factor", message)


def _speak(request: HttpRequest, own: str) -> None:
    """The first language asked for that the node speaks, or the person's own."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            chosen = translation.get_supported_language_variant(code)
        except LookupError:
            continue
        break
    else:
        chosen = own
    translation.activate(chosen)
    request.LANGUAGE_CODE = chosen


def _count(token: ApiToken) -> None:
    """Calls in a window; two at the same instant may count as one, which a limit of this kind can bear."""
    now = time.time()
    key = f"api:{token.pk}:{int(now // WINDOW)}"
    cache.add(key, 0, WINDOW * 2)
    try:
        calls = cache.incr(key)
    except ValueError:  # emptied in between
        calls = 1
    if calls > CALLS:
        raise Throttled(wait=WINDOW - int(now % WINDOW))
