"""What is wrong with one value of a request, as a sentence in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

__all__ = ["sentence"]

SAID = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("There is no field of this name."),
    "string_type": gettext_lazy("This must be a text."),
    "string_too_short": gettext_lazy("This must have at least %(min_length)s characters."),
    "string_too_long": gettext_lazy("This may have at most %(max_length)s characters."),
    "string_unicode": gettext_lazy("This holds a character that no text can hold."),
    "unstorable": gettext_lazy("This holds a character that no text can hold."),
    "string_pattern_mismatch": gettext_lazy("This is not in the form that is asked for."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "int_from_float": gettext_lazy("This must be a whole number."),
    "int_parsing_size": gettext_lazy("This number is too large."),
    "float_type": gettext_lazy("This must be a number."),
    "bool_type": gettext_lazy("This must be true or false."),
    "bool_parsing": gettext_lazy("This must be true or false."),
    "greater_than": gettext_lazy("This must be more than %(gt)s."),
    "greater_than_equal": gettext_lazy("This must be at least %(ge)s."),
    "less_than_equal": gettext_lazy("This may be at most %(le)s."),
    "too_short": gettext_lazy("This must have at least %(min_length)s entries."),
    "too_long": gettext_lazy("This may have at most %(max_length)s entries."),
    "list_type": gettext_lazy("This must be a list."),
    "dict_type": gettext_lazy("This must be an object."),
    "model_type": gettext_lazy("This must be an object."),
    "model_attributes_type": gettext_lazy("This must be an object."),
    "enum": gettext_lazy("This must be one of %(expected)s."),
    "literal_error": gettext_lazy("This must be one of %(expected)s."),
    "uuid_type": gettext_lazy("This must be an id (UUID)."),
    "uuid_parsing": gettext_lazy("This must be an id (UUID)."),
}
DATES = gettext_lazy("This must be a day such as 2026-03-02.")


def sentence(error: Mapping[str, Any]) -> str:
    """Of one error as pydantic tells it: `type`, and `ctx` with the bounds of the rule."""
    kind = str(error["type"])
    if kind.startswith("date"):
        return str(DATES)
    said = SAID.get(kind)
    return str(said) % dict(error.get("ctx") or {}) if said else _("This value cannot be used here.")
