"""When a person was last here: what the page calls new is what came since.

A visit begins with the first look at the page, or with the next one after half an hour without. Then what the person
had seen by the visit before is kept in the session for as long as this one lasts, so that reloading the page does not
make its news old, and `seen_situation_at` moves on, once. What a browser fetches ahead, or a page by itself, is none.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from tocsin.node.alliance.models import Person

__all__ = ["GAP", "is_a_look", "seen_before"]

GAP = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=5)  # a look is written down no oftener
KEY = "situation_visit"
AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


def seen_before(request: HttpRequest, now: datetime | None = None) -> datetime | None:
    """When the visit before this one began; None if there was none. Notes this look, if it is one."""
    now = now or timezone.now()
    going = _going(request, now)
    if not is_a_look(request):
        return _moment(going["since"]) if going else request.user.seen_situation_at
    if going is None:
        since = request.user.seen_situation_at
        request.session[KEY] = {"since": since.isoformat() if since else None, "at": now.isoformat()}
        Person.objects.filter(pk=request.user.pk).update(seen_situation_at=now)
        return since
    if now - datetime.fromisoformat(going["at"]) >= NOTED_EVERY:
        request.session[KEY] = {**going, "at": now.isoformat()}
    return _moment(going["since"])


def _going(request: HttpRequest, now: datetime) -> dict[str, str | None] | None:
    noted = request.session.get(KEY)
    return noted if noted and now - datetime.fromisoformat(noted["at"]) < GAP else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def is_a_look(request: HttpRequest) -> bool:
    """Whether a person has the page before their eyes: not a prefetch, not a part that the page asked for itself."""
    if request.method != "GET" or request.headers.get("HX-Request") == "true":
        return False
    return not any(
        "prefetch" in request.headers.get(name, "").lower() or "prerender" in request.headers.get(name, "").lower()
        for name in AHEAD
    )
