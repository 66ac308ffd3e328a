"""Rules that share by themselves: each on its weekday, once a person has sent under the rule as it is now."""

from datetime import date, timedelta

from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.notices import notify
from tocsin.node.indicators.actions.preparing import ask, prepare
from tocsin.node.indicators.actions.rules import people_who_share
from tocsin.node.indicators.actions.sharing import share
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.post.store import DjangoStore

__all__ = ["is_due", "seen_by_a_person", "share_due"]

QUIET = frozenset({"unchanged", "outdated", "rule-changed", "off", "not-confirmed"})  # nobody has to do anything


def share_due(today: date | None = None) -> int:
    """Do what is due of all rules. Returns the number of documents that were sent."""
    day = today or timezone.localdate(timezone=timezone.get_default_timezone())
    rules = SharingRule.objects.filter(is_on=True, weekday__isnull=False, confirmed_at__isnull=False)
    return sum(_share(rule, day) for rule in rules.select_related("source") if is_due(rule, day))


def is_due(rule: SharingRule, today: date) -> bool:
    """Whether its last weekday has not been done, and a person has sent under it as it is."""
    last = _last(rule, today)
    if last is None or (rule.looked_on is not None and rule.looked_on >= last):
        return False
    return seen_by_a_person(rule)


def seen_by_a_person(rule: SharingRule) -> bool:
    """Whether somebody has looked at what leaves under the rule as it was confirmed, and sent it."""
    return Shared.objects.filter(rule=rule, rule_version=rule.version, by__isnull=False).exists()


def _last(rule: SharingRule, today: date) -> date | None:
    if rule.weekday is None:
        return None
    return today - timedelta(days=(today.weekday() - rule.weekday) % 7)


def _share(rule: SharingRule, today: date) -> int:
    """All of it again if a kill ends it: what was not sent is not noted as done."""
    day = _last(rule, today)
    if Preparation.objects.filter(rule=rule, by__isnull=False, asked_at__gte=timezone.now() - timedelta(hours=2)):
        return 0  # somebody is looking at a preview: it is not taken from them
    made = prepare(ask(rule, all_weeks=False, by=None).pk)
    if made is None:
        return 0
    try:
        if made.status != Preparation.Status.READY:
            raise NotShared(**(made.problem or {"code": "failed"}))
        with DjangoStore().atomic():
            sent = share(rule, preparation=made.pk, by=None)
            SharingRule.objects.filter(pk=rule.pk).update(looked_on=day)
    except NotShared as refusal:
        _stopped(rule, refusal, day)
        return 0
    return len(sent)


def _stopped(rule: SharingRule, refusal: NotShared, day: date | None) -> None:
    """Nothing leaves; people are told where there is something to do."""
    with DjangoStore().atomic():
        problem = "" if refusal.code in QUIET else refusal.code
        SharingRule.objects.filter(pk=rule.pk).update(looked_on=day, problem=problem)
        if not problem:
            Preparation.objects.filter(rule=rule, by=None).delete()
            return
        audit.record("sharing.stopped", rule, by=None, problem=problem)
        notify(people_who_share(), "sharing.stopped", link=f"/sharing/{rule.pk}/preview/", source=str(rule.source))
