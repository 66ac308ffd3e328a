"""Sending what was made ready and looked at: the one act by which counts leave the state."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tocsin.exchange import limits
from tocsin.exchange.documents import Document
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post
from tocsin.exchange.types.tables import WEEK
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.building.documents import document_of, found_in, unpacked
from tocsin.node.indicators.building.sent import said_in
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.post.actions.refusals import demand
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["share"]

MOST_AHEAD = timedelta(seconds=limits.SKEW_SECONDS / 2)  # of our clock: partners take a document from 300 s ahead


def share(rule: SharingRule, *, preparation: Any, by: Person | None) -> list[Shared]:
    """Send what was made ready under this key, all of it or nothing. It leaves once it is sealed.

    Raises PermissionDenied; NotShared where the rule is not confirmed as it is, where it was made ready of counts that
    are no longer the last, or where an examination finds anything.
    """
    demand(by, Ability.SHARE_COUNTS)
    if not takes_part():
        raise NotShared("not-joined")
    here = local_node()
    bodies = _examined(rule, preparation, here)
    # The store's lock comes before the audit's, as in all that the exchange does (store.atomic).
    with DjangoStore().atomic():
        now = SharingRule.objects.select_for_update(of=("self",)).select_related("source").get(pk=rule.pk)
        _check_rule(now, here)
        ready = _checked(now, preparation)
        at = _after_the_last(now, here)
        made = [_send(now, ready, document_of(now, body, here, at=at), here, by) for body in bodies]
        audit.record("counts.shared", now, by=by, **_told(now, made))
        ready.delete()
        SharingRule.objects.filter(pk=now.pk).update(problem="")
    return made


def _examined(rule: SharingRule, preparation: Any, here: LocalNode) -> list[dict[str, Any]]:
    """Bodies that were made ready, which never change; examined once more, before the transaction: it takes time."""
    ready = Preparation.objects.filter(rule=rule, pk=preparation).first()
    bodies = unpacked(ready.bodies) if ready is not None else []
    if found_in(rule, bodies, here):
        raise NotShared("findings")
    return bodies


def _check_rule(rule: SharingRule, here: LocalNode) -> None:
    if not here.store.own().confirmed:
        raise NotShared("restored")  # what it sent before, and withheld, is not all known here again
    if not rule.is_on:
        raise NotShared("off")
    if not rule.is_confirmed:
        raise NotShared("not-confirmed")
    nodes = here.trust().nodes
    if absent := [node for node in rule.addressees if node not in nodes or nodes[node].status != "active"]:
        raise NotShared("absent", nodes=", ".join(absent))


def _checked(rule: SharingRule, preparation: Any) -> Preparation:
    """What was made ready, if it is still what would be. Another sending of the source may have withheld more."""
    ready = Preparation.objects.select_for_update(of=("self",)).filter(rule=rule, pk=preparation).first()
    if ready is None:
        raise NotShared("outdated")
    if ready.status != Preparation.Status.READY:
        raise NotShared("not-ready")
    if ready.rule_version != rule.version:
        raise NotShared("rule-changed")
    sent = Shared.objects.maybe_of(rule.source_id).count()
    if ready.generation != rule.source.generation or ready.sent_before != sent:
        raise NotShared("outdated")
    return ready


def _after_the_last(rule: SharingRule, here: LocalNode) -> datetime:
    """Now, or a second after what was sent last: by this moment partners tell which of two versions is the later."""
    now = here.now()
    last = Shared.objects.maybe_of(rule.source_id).order_by("-recorded_at").first()
    if last is None or last.recorded_at < now or last.recorded_at - now > MOST_AHEAD:
        return now
    return last.recorded_at + timedelta(seconds=1)


def _send(rule: SharingRule, ready: Preparation, document: Document, here: LocalNode, by: Person | None) -> Shared:
    rows = document.body["rows"]
    shared = Shared(
        rule=rule,
        rule_version=rule.version,
        source=rule.source,
        indicator=rule.indicator,
        by=by,
        generation=ready.generation,
        digests={week: ready.digests[week] for week in sorted({row[WEEK] for row in rows})},
        **said_in(document, rows),
    )
    shared.save(force_insert=True)
    post(here, document)
    return shared


def _told(rule: SharingRule, made: list[Shared]) -> Mapping[str, Any]:
    """For the audit: how much went to whom; the counts are in the documents alone."""
    return {
        "to": rule.addressees or [rule.classification.lower()],
        "documents": [str(one.pk) for one in made],
        "rows": sum(one.rows for one in made),
        "withheld": sum(one.withheld_rows for one in made),
        "weeks": f"{min(one.first_week for one in made)} – {max(one.last_week for one in made)}",
    }
