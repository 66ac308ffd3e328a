"""What of an act its schema would refuse, and what no text may hold: the same rules by which partners would."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema_rs import ValidationError

from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.registry import TYPES
from tocsin.exchange.types.supplies import check_words
from tocsin.node.assistance.refusals import Problem
from tocsin.node.events.texts import WHY
from tocsin.node.joint.line_ends import with_one_line_end

__all__ = ["problems_of_act"]

NIL = "00000000-0000-7000-8000-000000000000"
SAID = "/body/said/"
# An act as somebody could say it; only what it says is looked at.
AROUND = {"object": {"origin": "XX", "id": NIL}, "order": None, "by": {"role": "logistics", "name": ""}}


def problems_of_act(act: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    """The first thing that the schema refuses, else every text that holds what nobody sees, or markup."""
    said = with_one_line_end(dict(said))
    body = {**AROUND, "act": act, "said": said}
    try:
        TYPES["assistance", 1].validator.validate(body)
    except ValidationError as error:
        field = ".".join(str(one) for one in list(error.instance_path)[1:])
        text = _("This cannot be sent as it is: it is too long, or of a form that partners do not take.")
        yield Problem(field, text)
        return
    found = Found()
    check_words(said, SAID.rstrip("/"), found)
    for finding in found.findings():
        field = finding.pointer.removeprefix(SAID).replace("/", ".")
        yield Problem(field, _("The text cannot be sent: %(why)s.") % {"why": WHY[finding.code]})
