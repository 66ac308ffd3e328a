"""The rows of the exchange: what is to be said, streams and documents, logs, what peers said, and whom we trust.

`store` reads and writes them for the exchange, under the contract of `tocsin.exchange.store`; whoever shows them reads
them. Private keys are in none of them: those are files of the node's folder.
"""

from tocsin.node.post.models.hearing import Evidence, Peer, Receipt, Refusal
from tocsin.node.post.models.hints import Hint
from tocsin.node.post.models.logs import Checkpoint, Log, Tile
from tocsin.node.post.models.messages import Message, MessageSeen
from tocsin.node.post.models.outgoing import Outgoing, Signing
from tocsin.node.post.models.proposals import Proposal
from tocsin.node.post.models.streams import Batch, Entry, Items, Stream
from tocsin.node.post.models.trust import Nonce, TrustFile, Vouched
from tocsin.node.post.models.watching import ExpiryTold, Sealer

__all__ = [
    "Batch",
    "Checkpoint",
    "Entry",
    "Evidence",
    "ExpiryTold",
    "Hint",
    "Items",
    "Log",
    "Message",
    "MessageSeen",
    "Nonce",
    "Outgoing",
    "Peer",
    "Proposal",
    "Receipt",
    "Refusal",
    "Sealer",
    "Signing",
    "Stream",
    "Tile",
    "TrustFile",
    "Vouched",
]
