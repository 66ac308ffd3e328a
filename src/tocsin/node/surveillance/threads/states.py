"""What may become of a thread: one table, read by the acts and by the pages that offer them."""

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tocsin.node.surveillance.models import Thread

__all__ = ["ACT_NAMES", "FROM", "OWNERS", "TO", "Act", "acts_for"]

S = Thread.Status


class Act(StrEnum):
    """What a person does upon a thread; kept in Verdict.act."""

    ASSIGN = "assign"
    TRIAGE = "triage"
    DISCARD = "discard"
    WATCH = "watch"
    VERIFY = "verify"
    CONCLUDE_VERIFIED = "verified"
    CONCLUDE_REFUTED = "refuted"
    CONCLUDE_UNVERIFIABLE = "unverifiable"
    REOPEN = "reopen"


ACT_NAMES = {
    Act.ASSIGN: _("assign"),
    Act.TRIAGE: _("mark as triaged"),
    Act.DISCARD: _("discard"),
    Act.WATCH: _("watch"),
    Act.VERIFY: _("verify"),
    Act.CONCLUDE_VERIFIED: _("conclude: verified"),
    Act.CONCLUDE_REFUTED: _("conclude: refuted"),
    Act.CONCLUDE_UNVERIFIABLE: _("conclude: unverifiable"),
    Act.REOPEN: _("reopen"),
}

_UNDECIDED = frozenset({S.NEW, S.TRIAGED, S.WATCH, S.UNDER_VERIFICATION, S.UNVERIFIABLE})

# Statuses in which each act is allowed.
FROM: dict[Act, frozenset[str]] = {
    Act.ASSIGN: _UNDECIDED,
    Act.TRIAGE: frozenset({S.NEW}),
    Act.DISCARD: _UNDECIDED,
    Act.WATCH: _UNDECIDED,
    Act.VERIFY: frozenset({S.NEW, S.TRIAGED, S.WATCH, S.UNVERIFIABLE}),
    Act.CONCLUDE_VERIFIED: frozenset({S.UNDER_VERIFICATION}),
    Act.CONCLUDE_REFUTED: frozenset({S.UNDER_VERIFICATION}),
    Act.CONCLUDE_UNVERIFIABLE: frozenset({S.UNDER_VERIFICATION}),
    Act.REOPEN: frozenset({S.DISCARDED, S.REFUTED, S.VERIFIED, S.UNVERIFIABLE, S.WATCH}),
}

# What only the owner of the counts can find out: not upon what a partner shares.
OWNERS = frozenset({Act.VERIFY, Act.CONCLUDE_VERIFIED, Act.CONCLUDE_REFUTED, Act.CONCLUDE_UNVERIFIABLE})

# Status that each act makes; None leaves it as it is.
TO: dict[Act, str | None] = {
    Act.ASSIGN: None,
    Act.TRIAGE: S.TRIAGED,
    Act.DISCARD: S.DISCARDED,
    Act.WATCH: S.WATCH,
    Act.VERIFY: S.UNDER_VERIFICATION,
    Act.CONCLUDE_VERIFIED: S.VERIFIED,
    Act.CONCLUDE_REFUTED: S.REFUTED,
    Act.CONCLUDE_UNVERIFIABLE: S.UNVERIFIABLE,
    Act.REOPEN: S.NEW,
}


def acts_for(statuses: Iterable[str]) -> tuple[Act, ...]:
    """Acts that are allowed upon threads of all these statuses, in the order of the table."""
    wanted = set(statuses)
    return tuple(act for act in Act if wanted <= FROM[act])
