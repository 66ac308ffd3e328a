"""Switching fixed rules off and on, and adding a state's own."""

from collections.abc import Iterable

from django.db import transaction

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Disease, DiseaseRule

__all__ = ["OWN", "add_rule", "is_own", "switch_rule"]

OWN = "own-"  # how codes of a state's own rules begin; no rule of the data files has such a code


def is_own(rule: DiseaseRule) -> bool:
    return rule.code.startswith(OWN)


@transaction.atomic
def switch_rule(rule: DiseaseRule, *, on: bool, reason: str, by: Person | None) -> bool:
    """From the next screening on the rule speaks, or no longer does. Returns whether anything changed."""
    check(by, Ability.MANAGE_SOURCES)
    now = DiseaseRule.objects.select_for_update().get(pk=rule.pk)
    if now.is_on == on:
        return False
    now.is_on = on
    now.save(update_fields=["is_on"])
    audit.record("rule.switched_on" if on else "rule.switched_off", now, by=by, reason=reason)
    return True


@transaction.atomic
def add_rule(
    disease: Disease,
    *,
    cases: int,
    days: int,
    places: Iterable[str],
    level: str,
    texts: tuple[str, str, str],
    source: str,
    by: Person | None,
) -> DiseaseRule:
    """So many cases within so many days are a signal. One case needs no window: each is one."""
    check(by, Ability.MANAGE_SOURCES)
    kind, parameters = ("case", {}) if cases == 1 else ("count", {"cases": cases, "days": days})
    text_en, text_ru, text_zh = texts
    rule = DiseaseRule.objects.create(
        code=_free_code(disease), disease=disease, kind=kind, parameters=parameters, places=list(places), level=level,
        text_en=text_en, text_ru=text_ru, text_zh=text_zh, source=source,
    )  # fmt: skip
    audit.record("rule.added", rule, by=by, disease=disease.pk, cases=cases, days=days, source=source)
    return rule


def _free_code(disease: Disease) -> str:
    start = f"{OWN}{disease.pk}"[:70]
    taken = set(DiseaseRule.objects.filter(code__startswith=start).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{start}-{n}") not in taken)
