"""The standing agreements that bind states here: those of the alliance's file, and those adopted in Tocsin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliances.agreements import Trigger, triggered, who_owes
from tocsin.node.alliances.conditions import EventFacts
from tocsin.node.alliances.entries import Names
from tocsin.node.council.models import Decision
from tocsin.node.council.reading import decision_here
from tocsin.node.joint.models import JointObject

__all__ = ["AgreedDuty", "Agreement", "agreements_in_force", "duties_owed", "of_the_file"]

BINDS = ("in_force", "implemented")


@dataclass(frozen=True, slots=True)
class AgreedDuty:
    """What an agreement asks once a trigger holds, of the parties `affected`, of the other `parties`, or of `all`."""

    code: str
    trigger: str
    owner: str
    hours: int
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """code      of the file's agreement, or the identifier of the decision that adopted it
    parties   codes of the states that it binds
    decision  the same, where it is one
    standing  in_force, or draft: then it binds nobody
    """

    code: str
    name: Mapping[str, str]
    parties: tuple[str, ...]
    duties: tuple[AgreedDuty, ...]
    decision: str | None = None
    standing: str = "in_force"
    source: str = ""
    evidence: str = ""


def of_the_file() -> list[Agreement]:
    """Those of the alliance's file, drafts among them."""
    file = alliance()
    return [
        Agreement(
            one.code, _names(one.name), file.codes_of(one.parties),
            tuple(AgreedDuty(d.code, d.trigger.code, d.owner, d.hours, _names(d.title)) for d in one.duties),
            standing=one.standing, source=one.source, evidence=one.evidence,
        )
        for one in file.agreements
    ]  # fmt: skip


def agreements_in_force() -> list[Agreement]:
    """All that bind anybody now."""
    return [one for one in of_the_file() if one.standing == "in_force"] + list(_adopted())


def _adopted() -> Iterator[Agreement]:
    """Decisions of the kind `agreement` that are in force; the acts of each are read once, until something is said."""
    rows = Decision.objects.filter(kind="agreement", status__in=BINDS).order_by("pk")
    for key, changed_at in rows.values_list("pk", "changed_at"):
        if (found := _adopted_as(str(key), str(changed_at))) is not None:
            yield found


@lru_cache(maxsize=256)
def _adopted_as(key: str, changed_at: str) -> Agreement | None:
    """None where what opened it is void: its state's key had ended before it signed."""
    decision = decision_here(JointObject.objects.get(pk=key))
    if not decision.versions:
        return None
    duties = tuple(
        AgreedDuty(one.id, one.trigger, one.owner, one.hours, dict(one.title)) for one in decision.version.duties
    )
    return Agreement(key, dict(decision.title), decision.bound, duties, decision=key)


def duties_owed(agreement: Agreement, facts: EventFacts, state: str) -> list[AgreedDuty]:
    """What an event asks of a state by an agreement. A trigger that the file here does not have holds nothing."""
    if agreement.standing == "draft" or state not in agreement.parties:
        return []
    held = {trigger.code for trigger in triggered(_triggers(), facts)}
    return [
        duty
        for duty in agreement.duties
        if duty.trigger in held and state in who_owes(duty.owner, parties=agreement.parties, affected=facts.states)
    ]


def _triggers() -> tuple[Trigger, ...]:
    return alliance().triggers


def _names(names: Names) -> dict[str, str]:
    return {"en": names.en, "ru": names.ru, "zh-hans": names.zh}
