"""Web Push (RFC 8030, 8291, 8292): a call in a browser, through the service of whoever made the browser.

The service sees which node calls which browser and when. What is said is encrypted for the browser alone, and says
nothing of what it is about all the same. The address comes from the browser, so that it is called with the guard of
the exchange: https, public addresses, no redirects, a few seconds.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from webpush import WebPush, WebPushMessage, WebPushSubscription

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.addresses import ForbiddenAddress, check_name
from tocsin.exchange.http.messages import Headers, Request
from tocsin.exchange.http.transport import HttpsTransport, Settings
from tocsin.exchange.trust.list import Entry
from tocsin.node.alliance.models import Person
from tocsin.node.duty.channels import vapid
from tocsin.node.duty.channels.outcome import Job, Outcome
from tocsin.node.duty.configuration import contact
from tocsin.node.duty.models import PushSubscription
from tocsin.node.duty.words import Words

__all__ = ["BadEndpoint", "Push", "check_endpoint"]

SECONDS = 5.0
KEPT_FOR = 1800  # seconds that the service keeps a call for a browser that is not there; it is repeated anyhow
LONGEST_ANSWER = 16_384
GONE = (404, 410)


class BadEndpoint(ValueError):
    """What calls itself a browser's push service may not be called."""


def check_endpoint(endpoint: str) -> None:
    """Raises BadEndpoint unless it is an https URL of a name that may be called; each call sees where that leads."""
    parts = urlsplit(endpoint)
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not plain or len(endpoint) > 1000 or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise BadEndpoint("not an https address")
    try:
        check_name(parts.hostname, private=False)
        _ = parts.port
    except (ForbiddenAddress, ValueError) as problem:
        raise BadEndpoint(str(problem)) from None


class Push:
    """By the push services of people's browsers.

    transport   another way to post, for tests
    private, ca private addresses and a certificate of one's own: for a push service on this machine, in tests
    """

    def __init__(
        self,
        *,
        transport: Callable[[], HttpsTransport] | None = None,
        private: bool = False,
        ca: str | None = None,
    ) -> None:
        self._transport, self._private, self._ca = transport or _transport, private, ca

    def prepare(self, person: Person, words: Words) -> Job:
        """Everything is encrypted here, and posted by the job."""
        known = list(PushSubscription.objects.filter(person=person))
        key = vapid.public_key(settings.HOME) if known else ""
        stale = tuple(one.pk for one in known if one.server_key != key)
        posts = [(one.pk, one.endpoint, _encrypted(one, words)) for one in known if one.server_key == key]
        return lambda: self._call(posts, stale)

    def _call(self, posts: Sequence[tuple[object, str, WebPushMessage]], stale: tuple[object, ...]) -> Outcome:
        if not posts:
            return Outcome("browser_gone" if stale else "no_browser", gone=stale)
        answers = {pk: self._posted(endpoint, message) for pk, endpoint, message in posts}
        reached = tuple(pk for pk, (why, *_) in answers.items() if not why)
        gone = (*stale, *(pk for pk, (why, *_) in answers.items() if why == "browser_gone"))
        if reached:
            return Outcome(reached=reached, gone=gone)
        passing = any(again for _, _, again in answers.values())
        why, detail, _ = next((one for one in answers.values() if one[2] == passing), ("broken", "", False))
        return Outcome(why, detail, passing, gone=gone)

    def _posted(self, endpoint: str, message: WebPushMessage) -> tuple[str, str, bool]:
        """(why or empty, detail, whether it may pass) of one browser."""
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = Headers(
            {**message.headers, "content-type": "application/octet-stream", "accept-encoding": "identity"}
        )
        entry = Entry(host, "state", "guest", "active", False, self._private, tls_ca=self._ca)
        transport = self._transport()
        try:
            request = Request("POST", target, headers, message.encrypted)
            answer, _ = transport.send(entry, f"https://{parts.netloc}", request, most=LONGEST_ANSWER)
        except ForbiddenAddress:
            return "refused", "the address may not be called", False
        except Unreachable as problem:
            return "unreachable", str(problem)[:300], True
        finally:
            transport.close()
        if answer.status in GONE:
            return "browser_gone", str(answer.status), False
        if 200 <= answer.status < 300:
            return "", "", False
        return "refused", str(answer.status), answer.status == 429 or answer.status >= 500


def _transport() -> HttpsTransport:
    proxy = settings.CONFIGURATION.exchange.get("proxy")
    limits = Settings(connect=SECONDS, read=SECONDS, patience=SECONDS, proxy=proxy)
    return HttpsTransport(clock=lambda: datetime.now(UTC), settings=limits)


def _encrypted(one: PushSubscription, words: Words) -> WebPushMessage:
    said = {"title": words.title, "body": words.text, "mark": words.mark, "url": words.url, "tag": words.tag}
    private, public = vapid.private_key(settings.HOME), vapid.public_pem(settings.HOME)
    push = WebPush(private_key=private, public_key=public, subscriber=contact(), ttl=KEPT_FOR)
    keys = {"p256dh": one.p256dh, "auth": one.auth}
    made = push.get(json.dumps(said, ensure_ascii=False), WebPushSubscription(endpoint=one.endpoint, keys=keys))
    # A call that is repeated takes the place of the one before it, if the browser has not had that yet.
    made.headers.update({"urgency": "high", "topic": words.tag})
    return made
