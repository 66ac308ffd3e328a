"""Plans of joint actions: those that stand first, each with how far it is; and those that are being made ready here."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.council import links, measure_links
from tocsin.node.council.measure_words import OPEN
from tocsin.node.council.models import Decision, DecisionDraft
from tocsin.node.council.pages.decision_words import Title, body_name, shown_title
from tocsin.node.language.formats import whole

__all__ = ["PlanRow", "drafts_of_plans", "plans_page", "rows_of", "title"]

A_PAGE = 50
STANDING = ("adopted", "in_force", "implemented")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as a line of the list."""

    decision: Decision
    title: Title
    body: str
    owner: str
    chip: str
    stands: bool
    all: int
    done: int
    overdue: int
    url: str


def plans_page(person: Person, day: date, number: str | None) -> Page:
    """In as many queries for a hundred as for one."""
    found = Decision.objects.visible_to(person).filter(kind=Decision.Kind.PLAN).select_related("of")
    stands = Case(When(status__in=STANDING, then=Value(0)), default=Value(1), output_field=IntegerField())
    late = Q(measures__status__in=OPEN, measures__deadline__lt=day)
    counted = found.annotate(
        stands=stands,
        done=Count("measures", filter=Q(measures__status__in=("done", "verified"))),
        late=Count("measures", filter=late),
    )
    return Paginator(counted.order_by("stands", "-changed_at", "-of_id"), A_PAGE).get_page(number)


def rows_of(page: Page) -> list[PlanRow]:
    """Of one page."""
    known = names({one.of.origin for one in page.object_list})
    return [
        PlanRow(
            one, shown_title(one.title), body_name(one.body), known[one.of.origin], f"decision_{one.status}",
            one.status in STANDING, one.measures_all, one.done, one.late if one.status in STANDING else 0,
            measure_links.plan(one.pk),
        )
        for one in page.object_list
    ]  # fmt: skip


def drafts_of_plans(person: Person) -> list[tuple[Title, str, str]]:
    """Title, who began it, where it is. Nobody outside this state knows of them."""
    found = DecisionDraft.objects.visible_to(person).open().select_related("made_by").filter(said__kind="plan")
    return [(shown_title(one.said["title"]), one.made_by.name, links.draft(one.pk)) for one in found[:A_PAGE]]


def title(page: Page) -> str:
    """As in "3 plans of joint actions"."""
    n = page.paginator.count
    if not n:
        return _("No plan of joint actions yet")
    return ngettext("%(n)s plan of joint actions", "%(n)s plans of joint actions", n) % {"n": whole(n)}
