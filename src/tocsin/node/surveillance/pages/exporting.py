"""What every exported table of surveillance carries, and the audit of its export."""

from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.alliance_file import here

__all__ = ["audited", "frame"]


def frame() -> dict[str, Any]:
    """Arguments of a Table: how it is classified, and that it is an exercise."""
    return {"classification": _("NATIONAL"), "exercise": "EXERCISE · УЧЕНИЕ · 演练" if here().is_exercise else ""}


@transaction.atomic
def audited(
    request: HttpRequest, act: str, response: HttpResponse, target: models.Model | None = None, **details: Any
) -> HttpResponse:
    """The download, put on record with its filters as it begins; a refusal is none."""
    if response.status_code == 200:
        asked = {name: request.GET.getlist(name) for name in request.GET if request.GET[name]}
        audit.record(act, target, by=request.user, filters=asked, **details)
    return response
