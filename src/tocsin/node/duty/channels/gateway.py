"""What the operator has for telephones (SMS, a voice): a command, or a page that is posted to.

[duty.gateway]
command = ["/usr/local/bin/send-sms"]       # called with the number and the text as its last two arguments
url = "https://sms.example/send"            # or posted to: {"telephone": "+7…", "text": "…", "language": "ru"}
secret_file = "/etc/tocsin/sms-secret"      # to a command as TOCSIN_GATEWAY_SECRET, to a page as a bearer token
timeout = 10                                # seconds, at most 60
ca = "/etc/tocsin/sms-ca.pem"               # of a page with a certificate of one's own
"""

import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tocsin.exchange.errors import Unreachable
from tocsin.exchange.http.messages import Headers, Request
from tocsin.exchange.http.transport import HttpsTransport, Settings
from tocsin.exchange.trust.list import Entry
from tocsin.node.alliance.models import Person
from tocsin.node.duty.channels.outcome import Job, Outcome
from tocsin.node.duty.checking import USUAL_SECONDS
from tocsin.node.duty.configuration import duty_table
from tocsin.node.duty.words import Words

__all__ = ["Gateway", "dialled"]


class Gateway:
    """By the operator's own command or page."""

    def prepare(self, person: Person, words: Words) -> Job:
        """To the number in the person's account."""
        given, number = duty_table().get("gateway"), dialled(person.telephone)
        if not given:
            return lambda: Outcome("no_gateway")
        if not number:
            return lambda: Outcome("no_telephone")
        seconds = given.get("timeout", USUAL_SECONDS)
        if "command" in given:
            arguments = [*given["command"], number, words.line]
            return lambda: _ran(arguments, _secret(given), seconds)
        said = {"telephone": number, "text": words.line, "language": words.language}
        return lambda: _posted(given, said, seconds)


def dialled(telephone: str) -> str:
    """Digits, with a plus before them if there is one: nothing that a command could take for an option. Or empty."""
    digits = re.sub(r"[^0-9]", "", telephone)
    if not 3 <= len(digits) <= 20:
        return ""
    return f"+{digits}" if telephone.strip().startswith("+") else digits


def _secret(given: Mapping[str, Any]) -> str:
    return Path(given["secret_file"]).read_text("utf-8").strip() if "secret_file" in given else ""


def _ran(arguments: list[str], secret: str, seconds: int) -> Outcome:
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in os.environ}
    if secret:
        environment["TOCSIN_GATEWAY_SECRET"] = secret
    try:
        process = subprocess.Popen(
            arguments, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError as problem:
        return Outcome("refused", problem.strerror or "", passing=True)
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
        process.wait()
        return Outcome("too_slow", f"{seconds} s", passing=True)
    return Outcome("refused", f"status {status}", passing=True) if status else Outcome()


def _posted(given: Mapping[str, Any], said: Mapping[str, str], seconds: int) -> Outcome:
    parts = urlsplit(given["url"])
    ca = Path(given["ca"]).read_text("ascii") if "ca" in given else None
    # The operator's own address, which may well be inside their network.
    entry = Entry(parts.hostname or "", "state", "guest", "active", False, True, tls_ca=ca)
    headers = {"content-type": "application/json", "accept-encoding": "identity"}
    if secret := _secret(given):
        headers["authorization"] = f"Bearer {secret}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps(said, ensure_ascii=False).encode()
    limits = Settings(connect=seconds, read=seconds, patience=seconds)
    transport = HttpsTransport(clock=lambda: datetime.now(UTC), settings=limits)
    try:
        answer, _ = transport.send(
            entry, f"https://{parts.netloc}", Request("POST", target, Headers(headers), body), most=65_536
        )
    except Unreachable as problem:
        return Outcome("unreachable", str(problem)[:300], passing=True)
    finally:
        transport.close()
    if 200 <= answer.status < 300:
        return Outcome()
    return Outcome("refused", str(answer.status), passing=answer.status == 429 or answer.status >= 500)
