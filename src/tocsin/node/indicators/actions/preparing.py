"""Making ready what would be sent under a rule: asked for, done by a task, begun anew after a kill.

Nothing leaves here. What was made ready stands until it is sent, or made ready anew.
"""

import logging
import time
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.exchange.local import LocalNode
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.tables import PLACE, WEEK
from tocsin.node.alliance.alliance_file import here as our_state
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.building.documents import bodies_of, body_of, digest_of, found_in, packed, past_of
from tocsin.node.indicators.building.tables import Table, read_table
from tocsin.node.indicators.building.withholding import Withheld, withheld_before, withhold
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.post.actions.refusals import demand
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Entry
from tocsin.node.work import windows

__all__ = ["ask", "prepare"]

log = logging.getLogger(__name__)

TOLD_EVERY = 1.0  # seconds between two updates of progress
Row = list[Any]


@transaction.atomic
def ask(rule: SharingRule, *, all_weeks: bool | None = None, by: Person | None) -> Preparation:
    """Have made ready what would leave now; takes the place of what was made ready before.

    all_weeks  not the last weeks alone; None: all of them if the audience was never sent anything under this rule
    """
    demand(by, Ability.SHARE_COUNTS)
    now = SharingRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if all_weeks is None:
        all_weeks = not _sent_to_its_audience(now).exists()
    Preparation.objects.filter(rule=now).delete()
    made = Preparation.objects.create(rule=now, rule_version=now.version, all_weeks=all_weeks, by=by)
    if by is not None:
        from tocsin.node.indicators.tasks import prepare_sharing

        prepare_sharing.enqueue(str(made.pk))
    return made


def _sent_to_its_audience(rule: SharingRule) -> Any:
    return Shared.objects.filter(rule=rule, classification=rule.classification, addressees=rule.addressees)


def prepare(preparation_id: UUID | str) -> Preparation | None:
    """Do a preparation that waits, or begin anew one that was ended. One that is done stays as it is."""
    one = _started(preparation_id)
    if one is None:
        return None
    windows.at("sharing.started")
    try:
        _prepare(one)
    except NotShared as refusal:
        _end(one, status=Preparation.Status.REFUSED, problem={"code": refusal.code, **refusal.values})
    except (OperationalError, InterfaceError):
        raise  # passes, as the worker knows; the task is done again
    except Exception:
        _end(one, status=Preparation.Status.REFUSED, problem={"code": "failed"})
        raise
    return Preparation.objects.filter(pk=one.pk).first()


@transaction.atomic
def _started(preparation_id: UUID | str) -> Preparation | None:
    found = Preparation.objects.select_for_update(of=("self",)).select_related("rule__source__place__state")
    one = found.filter(pk=preparation_id, status__in=(Preparation.Status.WAITING, Preparation.Status.RUNNING)).first()
    if one is None:
        return None
    one.status, one.started_at = Preparation.Status.RUNNING, timezone.now()
    one.generation = one.rule.source.generation
    one.sent_before = Shared.objects.maybe_of(one.rule.source_id).count()
    one.save()
    return one


def _end(one: Preparation, **fields: Any) -> None:
    """Another process may have begun it anew meanwhile, or a person have asked for another: theirs stands."""
    Preparation.objects.filter(pk=one.pk, status=Preparation.Status.RUNNING, started_at=one.started_at).update(**fields)


def _prepare(one: Preparation) -> None:
    if not takes_part():
        raise NotShared("not-joined")
    here = local_node()
    table = read_table(one.rule, generation=one.generation or 0, all_weeks=one.all_weeks)
    true = [table.rows_of(at) for at in range(len(table.weeks) - table.chosen, len(table.weeks))]
    true = [rows for rows in true if rows]
    if not true:
        raise NotShared("no-series")
    if found := _found_in_true(true, table, here):
        fields = {"findings": found, "problem": {"code": "findings"}, "figures": _about(table, true)}
        _end(one, status=Preparation.Status.REFUSED, **fields)
        return
    counted, told = Withheld(), _Progress(one, sum(map(len, true)))
    sent, digests = _changed_weeks(one.rule, table, true, counted, told)
    rows = [row for week in sent for row in week]
    if not rows:
        raise NotShared("unchanged")
    bodies = bodies_of(rows, table)
    found = found_in(one.rule, bodies, here, before=past_of(table))
    figures = {**_about(table, sent), **counted.figures(), "documents": len(bodies)}
    _end(
        one,
        status=Preparation.Status.REFUSED if found else Preparation.Status.READY,
        findings=found,
        problem={"code": "findings"} if found else {},
        figures=figures,
        bodies=b"" if found else packed(bodies),
        digests=digests,
    )


def _found_in_true(true: list[list[Row]], table: Table, here: LocalNode) -> list[dict[str, Any]]:
    """What is wrong with the counts themselves, whatever is withheld: what does not add up cannot be protected."""
    bodies = (body_of(rows, table, suppressed=False) for rows in true)
    return found_in(table.rule, bodies, here, before=past_of(table))


def _changed_weeks(
    rule: SharingRule, table: Table, true: list[list[Row]], counted: Withheld, told: "_Progress"
) -> tuple[list[list[Row]], dict[str, str]]:
    """Rows as they may leave of the weeks that differ from what was sent last, and the digests of these weeks."""
    parents = Context(places=table.places).parents(our_state().code)
    first = table.weeks[len(table.weeks) - table.chosen]
    before, last = withheld_before(rule, first), _last_digests(rule, table)
    sent, digests = [], {}
    for rows in true:
        week, of_week = rows[0][WEEK], Withheld()
        published = withhold(rows, rule, parents=parents, before=before.get(week, ()), counted=of_week, tell=told)
        digest = digest_of(published, table)
        if last.get(week) != digest:
            sent.append(published)
            digests[week] = digest
            counted.join(of_week)
    return sent, digests


def _last_digests(rule: SharingRule, table: Table) -> dict[str, str]:
    """What each week was when it was sent last under this rule; not if its owner has had it erased since."""
    first = table.weeks[len(table.weeks) - table.chosen]
    sent = _maybe_sent(rule).filter(last_week__gte=first).order_by("recorded_at", "id")
    rows = list(sent.values_list("pk", "digests"))
    own = Entry.objects.filter(origin=our_state().code, type="weekly-indicators", state="erased")
    erased = set(own.values_list("document_id", flat=True)) if rows else set()
    return {week: digest for pk, digests in rows if str(pk) not in erased for week, digest in digests.items()}


def _maybe_sent(rule: SharingRule) -> QuerySet[Shared]:
    """What was sent under the rule, and what may have been by what is left of it after a restore."""
    forgotten = {"indicator": rule.indicator, "classification": rule.classification, "addressees": rule.addressees}
    return Shared.objects.filter(Q(rule=rule) | Q(rule=None, **forgotten))


def _about(table: Table, weeks: list[list[Row]]) -> dict[str, Any]:
    """What the preview says of the whole."""
    order = list(table.places)
    places = {row[PLACE] for rows in weeks for row in rows}
    diseases: dict[str, int] = {}
    for rows in weeks:
        for row in rows:
            diseases[row[1]] = diseases.get(row[1], 0) + 1
    return {
        "weeks": [rows[0][WEEK] for rows in weeks],
        "diseases": diseases,
        "places": sorted(places, key=lambda code: order.index(code) if code in order else -1),
        "reported_until": table.reported_until.isoformat(),
        "left_out": table.left_out,
    }


class _Progress:
    """How many rows have been looked at, written at most once a second."""

    def __init__(self, one: Preparation, total: int) -> None:
        self.one, self.total, self.done, self.told_at = one, total, 0, 0.0

    def __call__(self, rows: int) -> None:
        self.done += rows
        if time.monotonic() - self.told_at >= TOLD_EVERY:
            self.told_at = time.monotonic()
            _end(self.one, progress={"done": self.done, "of": self.total})
