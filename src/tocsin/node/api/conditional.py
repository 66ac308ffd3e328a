"""ETag and If-None-Match: who has the present answer already is told so, without its being made again."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from tocsin import __version__

__all__ = ["tag", "unchanged"]


def tag(*facts: Any) -> str:
    """A tag of what an answer is made from; it differs by language and by release too."""
    said = repr((__version__, get_language(), facts))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 if the caller has this tag already, else None."""
    found = get_conditional_response(request, etag=etag)
    return found if found is not None and found.status_code == 304 else None
