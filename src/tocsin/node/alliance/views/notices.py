"""What one was told."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import sentence

A_PAGE = 50


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, newest first; having been shown here they count as seen."""
    page = Paginator(request.user.notices.all(), A_PAGE).get_page(request.GET.get("page"))
    told = [(notice, sentence(notice)) for notice in page.object_list]
    request.user.notices.filter(seen_at=None).update(seen_at=timezone.now())
    return render(request, "alliance/notices.html", {"page": page, "told": told})


@login_required
def waiting_notices(request: HttpRequest) -> HttpResponse:
    """How many are unseen: the bell of every page asks for it once a minute."""
    return render(request, "alliance/bell.html", {"unseen": request.user.notices.filter(seen_at=None).count()})


@login_required
def open_notice(request: HttpRequest, pk: str) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=pk, person=request.user)
    if notice.seen_at is None:
        Notice.objects.filter(pk=notice.pk).update(seen_at=timezone.now())
    inside = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if notice.link and inside else "notices")


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/waiting/", waiting_notices, name="waiting_notices"),
    path("notices/<uuid:pk>/", open_notice, name="open_notice"),
]
