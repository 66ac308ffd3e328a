"""A person's own language and time zone on every page."""

import zoneinfo
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

__all__ = ["PersonsLanguage"]


class PersonsLanguage:
    """Activates what the signed-in person chose; stands after Django's middleware of languages and of sign-in.

    A visitor keeps what LocaleMiddleware found in the cookie or the browser's wishes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._activate_language(request)
        self._activate_time_zone(request)
        try:
            return self.get_response(request)
        finally:
            # The thread serves other people next; the language is reset by Django's middleware at their request.
            timezone.deactivate()

    @staticmethod
    def _activate_language(request: HttpRequest) -> None:
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen

    @staticmethod
    def _activate_time_zone(request: HttpRequest) -> None:
        zone = _zone(getattr(request.user, "time_zone", ""))
        timezone.deactivate() if zone is None else timezone.activate(zone)


@lru_cache(maxsize=256)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The named zone; none where no zone is named or this machine's tables lack it."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
