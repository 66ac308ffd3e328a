"""Saying what is shared, with whom, and under which rule small counts are kept out: always two people."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.models import SharingRule
from tocsin.node.indicators.refusals import NotShared
from tocsin.node.post.actions.refusals import demand

__all__ = ["FIELDS", "add_rule", "change_rule", "confirm_rule", "people_who_share", "switch_rule"]

FIELDS = (
    "source", "diseases", "indicator", "depth", "with_groups", "classification", "addressees",
    "no_onward_sharing", "below", "unsuppressed_reason", "case_status", "case_definition", "weeks", "weekday", "note",
    "language",
)  # fmt: skip


def people_who_share() -> list[Person]:
    """Who may say what partners are given."""
    return [person for person in Person.objects.filter(is_active=True) if person.may(Ability.SHARE_COUNTS)]


@transaction.atomic
def add_rule(fields: dict[str, Any], *, by: Person) -> SharingRule:
    """A rule with these of FIELDS. Nothing leaves under it until another person confirms it."""
    demand(by, Ability.SHARE_COUNTS)
    rule = SharingRule(changed_by=by, **fields)
    rule.save(force_insert=True)
    audit.record("sharing-rule.added", rule, by=by, **_said(rule))
    _ask_for_confirmation(rule, by)
    return rule


@transaction.atomic
def change_rule(rule: SharingRule, fields: dict[str, Any], *, version: int, by: Person) -> bool:
    """Give the rule other values; it has to be confirmed again. Returns whether anything changed.

    Raises NotShared if it is no longer in the version that was looked at.
    """
    demand(by, Ability.SHARE_COUNTS)
    now = _locked(rule, version)
    before = {name: value for name, value in _said(now).items() if name in fields}
    changed = [name for name, value in fields.items() if getattr(now, name) != value]
    for name in changed:
        setattr(now, name, fields[name])
    if changed:
        _changed(now, by)
        said = _said(now)
        audit.record("sharing-rule.changed", now, by=by, **{name: f"{before[name]} → {said[name]}" for name in changed})
        _ask_for_confirmation(now, by)
    return bool(changed)


@transaction.atomic
def confirm_rule(rule: SharingRule, *, version: int, by: Person) -> None:
    """Agree to the rule as it is. Raises NotShared for whoever changed it last, or if it was changed since."""
    demand(by, Ability.SHARE_COUNTS)
    now = _locked(rule, version)
    if now.changed_by_id == by.pk:
        raise NotShared("own-change")
    if now.is_confirmed:
        return
    now.confirmed_by, now.confirmed_at = by, timezone.now()
    now.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record("sharing-rule.confirmed", now, by=by, changed_by=now.changed_by.name, **_said(now))


@transaction.atomic
def switch_rule(rule: SharingRule, *, on: bool, by: Person) -> bool:
    """Off at once; on again as a change, which somebody else confirms. Returns whether anything changed."""
    demand(by, Ability.SHARE_COUNTS)
    now = _locked(rule)
    if now.is_on == on:
        return False
    now.is_on = on
    if on:
        _changed(now, by)
        _ask_for_confirmation(now, by)
    else:
        now.save(update_fields=["is_on"])
    audit.record("sharing-rule.switched_on" if on else "sharing-rule.switched_off", now, by=by)
    return True


def _locked(rule: SharingRule, version: int | None = None) -> SharingRule:
    now = SharingRule.objects.select_for_update(of=("self",)).select_related("source").get(pk=rule.pk)
    if version is not None and now.version != version:
        raise NotShared("rule-changed")
    return now


def _changed(rule: SharingRule, by: Person) -> None:
    rule.version += 1
    rule.changed_by, rule.changed_at = by, timezone.now()
    rule.confirmed_by = rule.confirmed_at = None
    rule.problem = ""
    rule.save()


def _ask_for_confirmation(rule: SharingRule, by: Person) -> None:
    others = [person for person in people_who_share() if person.pk != by.pk]
    notify(others, "sharing.confirm", link=f"/sharing/{rule.pk}/", by=by.name, source=str(rule.source))


def _said(rule: SharingRule) -> dict[str, Any]:
    """The rule as the audit keeps it."""
    return {name: str(rule.source) if name == "source" else getattr(rule, name) for name in FIELDS}
