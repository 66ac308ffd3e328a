"""Codes of diseases for a box in which somebody types: as JSON, to people who consult."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tocsin.clinical.icd import SYSTEMS
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.clinical.codes import find_codes

__all__ = ["codes"]

SHOWN = 20


@requires(Ability.CONSULT)
@require_safe
def codes(request: HttpRequest) -> JsonResponse:
    """`?q=…` and, for one system alone, `&system=icd11`: {"codes": [{"system", "code", "title"}, …]}, 20 at most."""
    system = request.GET.get("system", "")
    found = find_codes(request.GET.get("q", ""), system=system if system in SYSTEMS else "", limit=SHOWN)
    answer = JsonResponse({"codes": [one._asdict() for one in found]})
    answer["Cache-Control"] = "private, no-store"  # what somebody types may tell of a patient
    return answer
