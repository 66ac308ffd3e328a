"""Reading requests: JSON alone, and no text that a database cannot keep."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.errors import ValidationError
from ninja.parser import Parser

from tocsin.node.api.errors import Refusal
from tocsin.node.api.sentences import sentence

__all__ = ["JsonOnly"]

UNSTORABLE = {"type": "unstorable"}


class JsonOnly(Parser):
    """Bodies are application/json in UTF-8 (else 415, 400); NUL and lone surrogates are told where they stand (422)."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            message = _("Send JSON, with “Content-Type: application/json”.")
            raise Refusal(415, "wrong_type", message)
        data = json.loads(request.body.decode("utf-8"), parse_constant=_no_such_number)
        where = [(".".join(("body", *path)), sentence(UNSTORABLE)) for path in _unstorable(data)]
        if where:
            raise Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)
        return data

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        wrong = [name for name, values in data.lists() if any(map(_is_unstorable, [name, *values]))]
        if wrong:
            raise ValidationError([{"loc": ("query", _shown(name)), **UNSTORABLE} for name in wrong])
        return super().parse_querydict(data, list_fields, request)


def _no_such_number(name: str) -> float:
    raise ValueError(f"JSON has no {name}")


def _is_unstorable(text: Any) -> bool:
    return isinstance(text, str) and ("\0" in text or any("\ud800" <= c <= "\udfff" for c in text))


def _shown(name: str) -> str:
    return name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _unstorable(data: Any) -> Iterator[tuple[str, ...]]:
    """Paths of texts, names of fields included, that cannot be kept; without recursion, since bodies are hostile."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), data)]
    while waiting:
        path, here = waiting.pop()
        if isinstance(here, dict):
            yield from ((*path, _shown(name)) for name in here if _is_unstorable(name))
            waiting += [((*path, _shown(name)), value) for name, value in here.items()]
        elif isinstance(here, list):
            waiting += [((*path, str(number)), value) for number, value in enumerate(here)]
        elif _is_unstorable(here):
            yield path
