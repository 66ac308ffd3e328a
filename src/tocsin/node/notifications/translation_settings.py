"""What node.toml says of translations.

[translations]
languages = ["ru", "en"]               # into which texts of partners are put; else those of the alliance's file

[translations.machine]                 # none by default: no text leaves this node to be translated
url = "https://translate.example/translate"
secret_file = "/etc/tocsin/translate-secret"      # sent as api_key
ca = "/etc/tocsin/translate-ca.pem"               # of a page with a certificate of one's own
timeout = 15                                      # seconds, at most 60
classifications = ["MEMBERS", "FAMILY", "PUBLIC"] # what may be sent there; SELECTIVE and NATIONAL only if named
onward = false                         # also what its state forbids to be passed on: true, if the machine is yours
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from tocsin.node.alliance.alliance_file import alliance, here

__all__ = ["BadTranslations", "Machine", "machine", "working_languages"]

KNOWN = {"url", "secret_file", "ca", "timeout", "classifications", "onward"}
CLASSIFICATIONS = ("NATIONAL", "SELECTIVE", "MEMBERS", "FAMILY", "PUBLIC")
WIDE = ("MEMBERS", "FAMILY", "PUBLIC")
USUAL, LONGEST = 15, 60
WRITTEN = {"zh-hans": "zh"}  # what an interface calls a language, and what a document does


class BadTranslations(ValueError):
    """[translations] of node.toml cannot be used; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where texts may be sent to be translated, and which."""

    url: str
    secret: str
    ca: str | None
    timeout: int
    classifications: frozenset[str]
    onward: bool

    def may_have(self, classification: str, *, no_onward_sharing: bool) -> bool:
        """Whether a text of such a document may be sent there."""
        return classification in self.classifications and (self.onward or not no_onward_sharing)


def working_languages() -> tuple[str, ...]:
    """The languages that people here read, the first one first, as documents call them: ru, zh, en."""
    given = settings.CONFIGURATION.translations.get("languages") or alliance().state(here().code).languages
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) and one for one in given):
        raise BadTranslations('[translations]: languages is a list, as ["ru", "en"]')
    return tuple(dict.fromkeys(WRITTEN.get(one, one) for one in given))


def machine() -> Machine | None:
    """None unless the operator named one. Raises BadTranslations."""
    given = settings.CONFIGURATION.translations.get("machine")
    if not given:
        return None
    _check(given)
    return Machine(
        url=given["url"],
        secret=Path(given["secret_file"]).read_text("utf-8").strip() if "secret_file" in given else "",
        ca=Path(given["ca"]).read_text("ascii") if "ca" in given else None,
        timeout=given.get("timeout", USUAL),
        classifications=frozenset(given.get("classifications", WIDE)),
        onward=bool(given.get("onward", False)),
    )


def _check(given: Mapping[str, Any]) -> None:
    if unknown := set(given) - KNOWN:
        known = ", ".join(sorted(KNOWN))
        raise BadTranslations(f"[translations.machine] sets {', '.join(sorted(unknown))}; known are {known}")
    parts = urlsplit(str(given.get("url", "")))
    if parts.scheme != "https" or not parts.hostname:
        raise BadTranslations("[translations.machine]: url begins with https://")
    timeout = given.get("timeout", USUAL)
    if type(timeout) is not int or not 1 <= timeout <= LONGEST:
        raise BadTranslations(f"[translations.machine]: timeout is from 1 to {LONGEST} seconds")
    wide = given.get("classifications", WIDE)
    if not isinstance(wide, list | tuple) or not set(wide) <= set(CLASSIFICATIONS):
        raise BadTranslations(f"[translations.machine]: classifications are some of {', '.join(CLASSIFICATIONS)}")
