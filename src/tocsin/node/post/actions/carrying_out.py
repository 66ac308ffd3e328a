"""The acts of the exchange that two people decide: how each subject stands now, and what is done to it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exchange import deciding, suite
from tocsin.exchange.erasing import erase, is_binding
from tocsin.exchange.examining import waits_for_a_person
from tocsin.exchange.local import LocalNode
from tocsin.exchange.restoring import open_epoch
from tocsin.exchange.store import Entry, State
from tocsin.node.post import models
from tocsin.node.post.models import Proposal
from tocsin.node.post.store.entries import read_entries

__all__ = ["ACTS", "Act", "entry_of", "subject_of"]

Subject = Callable[[LocalNode, str], str]


@dataclass(frozen=True)
class Act:
    """One kind of proposal.

    audited   what the audit calls it
    stands    how its subject stands now, as a short text; empty where there is nothing to be done about it
    do        does it, in the transaction of whoever confirms; what the audit shall say besides
    """

    audited: str
    stands: Subject
    do: Callable[[LocalNode, Proposal], Mapping[str, Any]]


def subject_of(entry: Entry) -> str:
    """A document, wherever its stream may lead: by the manifest that it stands under, and its number."""
    return f"{entry.manifest} {entry.number}"


def entry_of(subject: str) -> Entry | None:
    """The document of a proposal, if it is in use."""
    manifest, _, number = subject.partition(" ")
    rows = models.Entry.objects.filter(batch__digest=manifest, number=int(number), in_use=True)
    return next(iter(read_entries(rows)), None)


def _kept_apart(here: LocalNode, subject: str) -> str:
    entry = entry_of(subject)
    if entry is None or not waits_for_a_person(entry):
        return ""
    said = repr([entry.state.value, [(one.code, one.row, one.detail) for one in entry.reasons]])
    return f"{entry.state} {suite.digest(said.encode())}"


def _for_release(here: LocalNode, subject: str) -> str:
    entry = entry_of(subject)
    return _kept_apart(here, subject) if entry is not None and deciding.may_be_released(entry) else ""


def _release(here: LocalNode, proposal: Proposal) -> Mapping[str, Any]:
    entry = _entry(proposal)
    deciding.release(here, entry)
    return {"codes": sorted({reason.code for reason in entry.reasons})}


def _reject(here: LocalNode, proposal: Proposal) -> Mapping[str, Any]:
    entry = _entry(proposal)
    deciding.reject(here, entry, why=proposal.reason)
    return {"codes": sorted({reason.code for reason in entry.reasons})}


def _own_document(here: LocalNode, subject: str) -> str:
    entry = entry_of(subject)
    if entry is None or entry.state is not State.OWN or entry.type == "erasure" or is_binding(entry):
        return ""
    return "own"


def _erase(here: LocalNode, proposal: Proposal) -> Mapping[str, Any]:
    reason = proposal.options["code"]
    erase(here, [_entry(proposal)], reason=reason)
    return {"code": reason}


def _evidence(here: LocalNode, subject: str) -> str:
    if subject not in here.store.stopped():
        return ""
    return hashlib.sha256(b"\x00".join(sorted(here.store.evidence()[subject]))).hexdigest()


def _settle(here: LocalNode, proposal: Proposal) -> Mapping[str, Any]:
    count = len(here.store.evidence()[proposal.subject])
    here.store.settle_evidence(proposal.subject)
    return {"pieces": count}


def _epoch(here: LocalNode, subject: str) -> str:
    own = here.store.own()
    if own.confirmed or subject != str(own.epoch + 1):
        return ""
    return hashlib.sha256(f"{own.why}\x00{own.recovering}".encode()).hexdigest()


def _open_epoch(here: LocalNode, proposal: Proposal) -> Mapping[str, Any]:
    return {"epoch": open_epoch(here)}


def _entry(proposal: Proposal) -> Entry:
    entry = entry_of(proposal.subject)
    assert entry is not None, "asked before, in the same transaction"
    return entry


W = Proposal.What
ACTS: dict[str, Act] = {
    W.RELEASE: Act("document.released", _for_release, _release),
    W.REJECT: Act("document.rejected", _kept_apart, _reject),
    W.ERASE: Act("documents.erased", _own_document, _erase),
    W.SETTLE: Act("evidence.settled", _evidence, _settle),
    W.EPOCH: Act("epoch.opened", _epoch, _open_epoch),
}
