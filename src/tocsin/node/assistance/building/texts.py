"""Free text, days, places and quantities that people type beside an act, refused by the rules of documents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Request
from tocsin.node.assistance.building.requests import place_problems
from tocsin.node.assistance.building.shapes import PLACE, shaped
from tocsin.node.assistance.refusals import InvalidInput, Problem
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.words import in_active
from tocsin.node.events.texts import checked
from tocsin.node.events.vocabulary.reading import codes

__all__ = ["lines_said", "papers_said", "place_said", "quantity_of", "required", "said_day"]

LONGEST_LINE = 200


def required(text: str, *, field: str, name: str, longest: int = 5_000) -> str:
    """The text without space around it. Raises InvalidInput where there is none, ActRefused for what none may hold."""
    found = checked(text, name=name, longest=longest)
    if not found:
        raise InvalidInput([Problem(field, _("%(name)s: say it in a few words.") % {"name": name})])
    return found


def said_day(day: date | None) -> str | None:
    """As documents say it."""
    return day.isoformat() if day is not None else None


def lines_said(request: Request, quantities: Mapping[str, int]) -> list[dict[str, Any]]:
    """Lines with their quantities as acts say them. Raises InvalidInput for none, and for what is no quantity."""
    if not quantities:
        raise InvalidInput([Problem("lines", _("Say the quantity of at least one line."))])
    problems = [
        Problem(f"lines.{item}", quantity_of(request, item, quantity))
        for item, quantity in quantities.items()
        if quantity <= 0
    ]
    if problems:
        raise InvalidInput(problems)
    return [{"item": item, "quantity": quantity} for item, quantity in quantities.items()]


def quantity_of(request: Request, item: str, quantity: int, *, least: int = 1) -> str:
    """The sentence of a quantity that is none."""
    known = request.item(item)
    name = in_active(names_of_item(known)) if known is not None else item
    said = _("“%(item)s”: the quantity is %(quantity)s. Give a whole number from %(least)d on.")
    return said % {"item": name, "quantity": quantity, "least": least}


def place_said(place: Mapping[str, Any], *, field: str = "place") -> dict[str, Any]:
    """A place as acts say it. Raises InvalidInput for one without a name, or with half a position."""
    found = shaped(place, PLACE, at=f"{field}.")
    if problems := list(place_problems(field, found)):
        raise InvalidInput(problems)
    return found


def papers_said(papers: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Customs papers and licences: kind, number, title. Raises InvalidInput for a kind that is not in the list."""
    known, made = codes("shipment_paper"), []
    for place, paper in enumerate(papers):
        if paper.get("kind") not in known:
            said = _("“%(value)s” is no kind of paper. Choose one of the list, or “other”.")
            raise InvalidInput([Problem(f"documents.{place}.kind", said % {"value": paper.get("kind", "")})])
        number = checked(paper.get("number", ""), name=_("Number of the paper"), longest=80, paragraphs=False)
        title = checked(paper.get("title", ""), name=_("Title of the paper"), longest=LONGEST_LINE, paragraphs=False)
        made.append({"kind": paper["kind"], "number": number, "title": title})
    return made
