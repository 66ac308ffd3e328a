"""What every page shows around its own content."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin import __version__
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import DutyShift, Notice
from tocsin.node.banners import banners
from tocsin.node.navigation import entries

__all__ = ["frame"]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation, duty, the state, whether all of it is an exercise. Nothing for strangers but the name."""
    shown: dict[str, Any] = {"here": here(), "exercise": here().is_exercise, "version": __version__}
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return shown
    now = timezone.now()
    shift = (
        DutyShift.objects.filter(line=DutyShift.Line.FIRST, starts_at__lte=now, ends_at__gt=now)
        .select_related("person")
        .first()
    )
    navigation = entries(person, request.path)
    return {
        **shown,
        "navigation": navigation,
        "waiting_aside": sum(entry.count or 0 for entry in navigation if entry.aside),
        "duty": shift.person if shift else None,
        "banners": banners(person),
        "unseen": Notice.objects.filter(person=person, seen_at=None).count(),
        "classification": _("NATIONAL"),
    }
