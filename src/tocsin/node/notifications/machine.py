"""The operator's translation machine: an address that answers as LibreTranslate does. Off unless node.toml names one.

    {"q": ["…", …], "source": "ru", "target": "en", "format": "text", "api_key": "…"}  →  {"translatedText": ["…", …]}

It is given texts alone: not whose they are, nor of what. A release never waits for it, and nothing calls it by itself.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.messages import Headers, Request
from tocsin.exchange.http.transport import HttpsTransport, Settings
from tocsin.exchange.trust.list import Entry
from tocsin.node.events.refusals import ActRefused
from tocsin.node.notifications.translation_settings import Machine

__all__ = ["by_machine"]

MOST = 1 << 20  # of an answer


def by_machine(machine: Machine, texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """The texts in the other language. Raises ActRefused where the machine does not answer as it should."""
    asked: dict[str, Any] = {"q": list(texts), "source": source, "target": target, "format": "text"}
    if machine.secret:
        asked["api_key"] = machine.secret
    status, body = _posted(machine, json.dumps(asked, ensure_ascii=False).encode())
    if not 200 <= status < 300:
        raise ActRefused(_("The translation machine refused (%(status)s). Translate it yourself.") % {"status": status})
    return _read(body, len(texts))


def _read(body: bytes, wanted: int) -> list[str]:
    try:
        answer = json.loads(body)
        texts = answer["translatedText"]
    except (ValueError, KeyError, TypeError, RecursionError):
        texts = None
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or len(texts) != wanted or not all(isinstance(one, str) for one in texts):
        raise ActRefused(_("The translation machine gave no answer that can be used. Translate it yourself."))
    return texts


def _posted(machine: Machine, body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(machine.url)
    # The operator's own address, which may well be inside their network.
    entry = Entry(parts.hostname or "", "state", "guest", "active", False, True, tls_ca=machine.ca)
    headers = Headers({"content-type": "application/json", "accept-encoding": "identity"})
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    limits = Settings(connect=machine.timeout, read=machine.timeout, patience=machine.timeout)
    transport = HttpsTransport(clock=lambda: datetime.now(UTC), settings=limits)
    try:
        answer, _at = transport.send(
            entry, f"https://{parts.netloc}", Request("POST", target, headers, body), most=MOST
        )
    except Unreachable as problem:
        raise ActRefused(_("The translation machine does not answer. Translate it yourself.")) from problem
    finally:
        transport.close()
    return answer.status, answer.body
