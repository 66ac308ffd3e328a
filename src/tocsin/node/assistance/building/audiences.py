"""Who reads a request or a register: the members, the family, or states by name."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.assistance.refusals import InvalidInput, Problem

__all__ = ["audience"]

AUDIENCES = ("MEMBERS", "FAMILY", "SELECTIVE")


def audience(classification: str, addressees: Sequence[str]) -> tuple[str, list[str]]:
    """As documents say it; states by name only where it is SELECTIVE. Raises InvalidInput."""
    if classification not in AUDIENCES:
        said = _(
            "“%(value)s” is no audience of this. It goes to the members, to the whole alliance, or to states by name."
        )
        raise InvalidInput([Problem("classification", said % {"value": classification})])
    others = sorted(set(addressees) - {here().code})
    if classification != "SELECTIVE":
        return classification, []
    if not others:
        raise InvalidInput([Problem("addressees", _("Choose at least one other state."))])
    return classification, others
