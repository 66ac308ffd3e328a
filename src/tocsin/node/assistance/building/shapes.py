"""The shape of what requests and offers say: every member there, of its kind, and none that is not known."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.assistance.refusals import InvalidInput, Problem

__all__ = ["AMENDMENT", "ITEM", "LINE", "OFFER", "PLACE", "REQUEST", "shaped"]

NAMES: dict[str, Any] = {"en": "", "ru": "", "zh": ""}
PLACE: dict[str, Any] = {"code": None, "names": NAMES, "latitude": None, "longitude": None}
ITEM: dict[str, Any] = {
    "id": "", "item": "", "called": None, "quantity": None, "unit": "", "pack_size": None, "specification": "",
    "cold_chain": "none", "un2814": False, "un3373": False, "regulatory": [], "need": "typed", "basis": None,
}  # fmt: skip
_BOTH: dict[str, Any] = {
    "title": {}, "event": None, "items": [], "needed_by": "", "place": PLACE,
    "consignee": {"name": "", "address": "", "contact": ""}, "import_permits": {"needed": False, "text": ""},
    "languages": [], "note": "",
}  # fmt: skip
REQUEST: dict[str, Any] = {**_BOTH, "lapses_on": ""}
AMENDMENT: dict[str, Any] = {**_BOTH, "reason": ""}
LINE: dict[str, Any] = {
    "item": "", "quantity": None, "unit": "", "pack_size": None, "regulatory": None, "best_before": None, "note": "",
}  # fmt: skip
OFFER: dict[str, Any] = {
    "lines": [], "confirmed": True, "available_from": "", "expires_on": None, "from_place": PLACE, "languages": [],
    "conditions": "", "costs": "donation", "team": None,
}  # fmt: skip
ROWS = {"items": ITEM, "lines": LINE}
OPEN = frozenset({"title", "basis", "event", "team"})  # whose members are looked at elsewhere
WHOLE = frozenset({"quantity", "pack_size", "latitude", "longitude", "tests_a_day"})  # whole numbers, or nothing yet
LONGEST_LIST, LONGEST_TEXT, MOST_MEMBERS = 60, 5_000, 12


def shaped(given: Mapping[str, Any], shape: Mapping[str, Any], *, at: str = "") -> dict[str, Any]:
    """`given`, with what it leaves out as `shape` has it.

    Raises InvalidInput for what is not known, is of another kind, or is a list beyond LONGEST_LIST.
    """
    if strange := sorted(set(given) - set(shape)):
        raise _wrong(
            f"{at}{strange[0]}"[:200], _("“%(name)s” is not known here. Leave it out.") % {"name": strange[0][:40]}
        )
    return {name: _member(given.get(name, default), default, name, f"{at}{name}") for name, default in shape.items()}


def _member(value: Any, default: Any, name: str, at: str) -> Any:
    if value is None and default is None:
        return None
    if name in ROWS:
        return _rows(value, ROWS[name], at)
    if name in OPEN:
        return deepcopy(_opened(value, name, at))
    shape = NAMES if name == "called" else default
    if isinstance(shape, Mapping):
        return shaped(_mapping(value, at), shape, at=f"{at}.")
    return _whole(value, at) if name in WHOLE else _plain(value, shape, at)


def _whole(value: Any, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(at, _("“%(value)s” is not a whole number.") % {"value": str(value)[:40]})
    return value


def _plain(value: Any, default: Any, at: str) -> Any:
    """A list of codes, a text or a number."""
    if isinstance(default, list):
        return _codes(value, at)
    if not isinstance(value, (str, type(None)) if default is None else type(default)):
        raise _unexpected(value, at)
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        said = _("The text has %(has)d characters; %(n)d are the most.")
        raise _wrong(at, said % {"has": len(value), "n": LONGEST_TEXT})
    return value


def _mapping(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _unexpected(value, at)
    return value


def _opened(value: Any, name: str, at: str) -> dict[str, Any]:
    """Of a title only texts; what else is in the others, the schema of the act says."""
    found = dict(_mapping(value, at))
    if len(found) > MOST_MEMBERS or (name == "title" and not all(isinstance(one, str) for one in found.values())):
        raise _unexpected(value, at)
    return found


def _codes(value: Any, at: str) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_MEMBERS or not all(isinstance(one, str) for one in value):
        raise _unexpected(value, at)
    return list(value)


def _rows(value: Any, shape: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise _unexpected(value, at)
    if len(value) > LONGEST_LIST:
        said = _("There are %(has)d lines; %(n)d are the most. Divide them among several requests.")
        raise _wrong(at, said % {"has": len(value), "n": LONGEST_LIST})
    return [shaped(one, shape, at=f"{at}.{place}.") for place, one in enumerate(value)]


def _unexpected(value: Any, at: str) -> InvalidInput:
    return _wrong(at, _("“%(value)s” is not what is expected here.") % {"value": str(value)[:40]})


def _wrong(at: str, message: str) -> InvalidInput:
    return InvalidInput([Problem(at, message)])
