"""How the exchange stands, as the pages show it: this node's own part, each partner, and what runs out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.exchange import standing as exchange
from tocsin.exchange.local import LocalNode
from tocsin.exchange.standing import Expiry, Partner, Standing, Urgency
from tocsin.node.language.formats import whole
from tocsin.node.post.expiring import named
from tocsin.node.post.models import Sealer
from tocsin.node.post.pages.messages import names
from tocsin.node.post.pages.wording import problem_named, why_named
from tocsin.node.post.telling import names_of

__all__ = ["Row", "Shown", "expiry_rows", "row_of", "rows", "shown", "stands", "title", "why_not"]

CLOCK = 60  # seconds by which a partner's clock may differ before a person should know; 300 are refused
UNSEEN = timedelta(minutes=5)  # after which the process that signs is taken to have ended
FRESH = timedelta(minutes=10)  # what is signed takes as long to get there and back
LATE = timedelta(hours=24)


@dataclass(frozen=True)
class Row:
    """A partner in the reader's language. `needs`: what somebody should look at, gravest first, with its kind."""

    partner: Partner
    name: str
    state: str
    needs: list[tuple[str, str]]

    @property
    def lacking_since(self) -> datetime | None:
        """When the first was signed of ours that it has not, if that is not just now."""
        since = self.partner.lacking_since
        return since if since is not None and timezone.now() - since > FRESH else None

    @property
    def apart(self) -> int:
        """Documents that wait here, for people, an upgrade or a key."""
        return self.partner.quarantined + self.partner.held + self.partner.locked


@dataclass(frozen=True)
class Ending:
    """What runs out, and how near it is."""

    what: str
    expiry: Expiry
    kind: str

    @property
    def is_near(self) -> bool:
        return self.expiry.urgency >= Urgency.NOTICE


@dataclass(frozen=True)
class Shown:
    """The standing, with what the pages' processes cannot see themselves: whether the node's keys let it sign.

    why     why nothing is signed, in words; empty if it is
    asleep  whether the process that signs has not been heard of for a while
    """

    standing: Standing
    why: str
    asleep: bool
    sealer: Sealer | None
    unasked: list[str]


def stands(here: LocalNode) -> Shown:
    """How it stands now. Raises NotTrusted without a trust list."""
    found = exchange.standing(here)
    sealer = Sealer.objects.first()
    why, known = why_not(here, sealer), names()
    return Shown(
        replace(found, may_sign=not why, why_not=why),
        why_named(why),
        sealer is None or timezone.now() - sealer.at > UNSEEN,
        sealer,
        [known.get(node, node) for node in found.unasked],
    )


def why_not(here: LocalNode, sealer: Sealer | None) -> str:
    """Why this node signs nothing, in the words of the exchange; empty if it does.

    Whether its keys fit is known from what the process that has them said last.
    """
    own, entry = here.store.own(), here.trust().nodes.get(here.node)
    if not own.confirmed:
        return own.why
    if entry is None:
        return "the trust list has no node"
    if entry.status != "active":
        return {"suspended": "is suspended", "left": "has left the alliance"}[entry.status]
    return sealer.why_not if sealer is not None and "may not sign yet" not in sealer.why_not else ""


def rows(found: Standing) -> list[Row]:
    """Every partner, those that need somebody first, then in the alliance's order."""
    known = names()
    order = {node: place for place, node in enumerate(known)}
    made = [row_of(one, found, known.get(one.node, one.node)) for one in found.partners]
    return sorted(made, key=lambda row: (_gravity(row), order.get(row.partner.node, len(order))))


def _gravity(row: Row) -> int:
    kinds = [kind for _, kind in row.needs]
    return 0 if "alarm" in kinds else 1 if "attention" in kinds else 2


def row_of(one: Partner, found: Standing, name: str) -> Row:
    """A partner, with what of it needs somebody."""
    needs: list[tuple[str, str]] = []
    if one.stopped:
        needs.append((_("signed two histories: stopped"), "alarm"))
    if one.problem:
        needs.append((problem_named(one.problem), "attention"))
    if one.met_at is None and not one.problem and one.status == "active":
        needs.append((_("not met yet"), "neutral"))
    if one.lacking_since and found.at - one.lacking_since > LATE:
        needs.append((_("has not our documents of more than a day ago"), "attention"))
    if abs(one.clock_ahead) > CLOCK:
        needs.append((_clock(one.clock_ahead), "attention"))
    if one.met_at and one.list_version < found.list_version and one.status == "active":
        needs.append((_("has an older trust list"), "neutral"))
    return Row(one, name, one.status if one.status in ("active", "suspended") else "left_alliance", needs)


def _clock(ahead: int) -> str:
    if ahead > 0:
        return ngettext("its clock is %(n)s s ahead", "its clock is %(n)s s ahead", ahead) % {"n": whole(ahead)}
    return ngettext("its clock is %(n)s s behind", "its clock is %(n)s s behind", -ahead) % {"n": whole(-ahead)}


def expiry_rows(expiries: Sequence[Expiry]) -> list[Ending]:
    """What runs out, the next first."""
    called = names_of({one.what.removeprefix("node-").removeprefix("tls ") for one in expiries})
    kinds = {Urgency.LATER: "neutral", Urgency.NOTICE: "info", Urgency.WARNING: "attention"}
    return [Ending(named(one.what, called), one, kinds.get(one.urgency, "alarm")) for one in expiries]


def title(found: Shown, made: Sequence[Row]) -> str:
    """The answer: what needs somebody, or that nothing does."""
    if found.why:
        return _("This node signs nothing now: its documents wait")
    if found.standing.stale:
        return _("The trust list has run out")
    if not made:
        return _("The alliance has no other node yet")
    waiting = sum(_gravity(row) < 2 for row in made)
    values = {"n": whole(waiting), "all": whole(len(made))}
    if waiting:
        return (
            ngettext("%(n)s of %(all)s partners needs a look", "%(n)s of %(all)s partners need a look", waiting)
            % values
        )
    return ngettext("%(all)s partner, and all is well", "%(all)s partners, and all is well", len(made)) % values


def shown(here: LocalNode) -> tuple[Shown, list[Row]]:
    """Both parts of the page of partners."""
    found = stands(here)
    return found, rows(found.standing)
