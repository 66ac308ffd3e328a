"""Who works where, and how to reach them; searchable in three scripts."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.language.keys import words

A_PAGE = 50


@requires(Ability.READ_DIRECTORY)
def directory(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    role = request.GET.get("role", "")
    found = Person.objects.visible_to(request.user).filter(is_active=True).select_related("organisation")
    for word in words(query):
        found = found.filter(search_key__contains=word)
    if role in Role.values:
        # Roles are a list in JSON: its text holds the quoted name on every database.
        found = found.extra(where=["CAST(alliance_person.roles AS text) LIKE %s"], params=[f'%"{role}"%'])
    page = Paginator(found.order_by("name"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "alliance/directory.html",
        {
            "page": page,
            "query": query,
            "role": role,
            "roles": Role.choices,
            "states": State.objects.of_the_alliance(),
            "organisations": Organisation.objects.select_related("state"),
        },
    )


urlpatterns = [path("directory/", directory, name="directory")]
