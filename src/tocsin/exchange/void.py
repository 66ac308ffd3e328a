"""Which documents do not stand and never will: signed by a key that had ended, as the trust list here has it; erased.

Of what others wrote, a node that has it is told by its reader when it becomes void (`Reader.withdrawn`). Here stands
what it is not told: which of its own documents nobody takes, and that a document which it never had will not come.
"""

from itertools import takewhile

from tocsin.exchange.local import LocalNode
from tocsin.exchange.store import State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import TrustList

__all__ = ["is_gone", "stands_through"]


def stands_through(here: LocalNode, stream: Stream, trust: TrustList | None = None) -> int:
    """The last document of a stream of ours that others take; what our ended keys signed behind their end is void.

    trust   the list that the others hold; by default the one here
    """
    listed, head = (trust or here.trust()).nodes.get(here.node), here.store.head(stream)
    if head is None:
        return 0
    if listed is None or (not listed.ends() and listed.signatures == 1):
        return head.last
    chain = [batch.manifest for batch in here.store.manifests(stream)]
    named = {end.heads[head.first_manifest] for end in listed.ends().values() if head.first_manifest in end.heads}
    good = max((one.last for one in chain if (one.last, one.digest) in named), default=0)
    signers, live = here.store.signers([one.digest for one in chain]), listed.live("seal").keys()
    whole = takewhile(lambda one: one.last <= good or len(signers[one.digest] & live) >= listed.signatures, chain)
    return max((one.last for one in whole), default=0)


def is_gone(here: LocalNode, stream: Stream, number: int, document_id: str, *, may_be_erased: bool) -> bool:
    """Whether a document that is not here will never be: it is void, or another has its place, or it was erased.

    Only what comes to be so at every node counts. What this node alone keeps apart, rejects or cannot open is not gone:
    others may have taken it. Whoever needs it waits, and shows that it waits.

    may_be_erased   whether nothing rests on it, so that its author may have it destroyed
    """
    entry = here.store.entry(stream, number)
    if entry is None:
        return _is_beyond_theft(here, stream, number)
    if entry.document_id not in (None, document_id):
        return _was_robbed(here, stream)
    return entry.state is State.WITHDRAWN or (may_be_erased and entry.state is State.ERASED)


def _was_robbed(here: LocalNode, stream: Stream) -> bool:
    """Whether two documents can have had one place: a thief's that some had taken, and the one that stands."""
    listed = here.trust().nodes.get(stream.origin)
    return listed is not None and any(end.reason == "stolen" for end in listed.ends().values())


def _is_beyond_theft(here: LocalNode, stream: Stream, number: int) -> bool:
    """Whether only a thief can have signed there: behind the end of a stolen key, where its origin signs no more.

    That it signs no more there is known once it has said something to the same readers in a later epoch.
    """
    listed, head = here.trust().nodes.get(stream.origin), here.store.head(stream)
    if listed is None or head is None:
        return False
    epochs = [one.epoch for one in here.store.heads() if (one.origin, one.audience) == (stream.origin, stream.audience)]
    if max(epochs) <= stream.epoch:
        return False
    stolen = [end for end in listed.ends().values() if end.reason == "stolen"]
    return any(number > end.heads.get(head.first_manifest, (0, ""))[0] for end in stolen)
