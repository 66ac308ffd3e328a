"""Transfers of patients between hospitals: asked for, accepted, on the way, handed over by both. docs/transfers.md."""

from tocsin.joint.transfers.folding import next_machine_act, transfer_of, try_act
from tocsin.joint.transfers.state import Status, Transfer

__all__ = ["Status", "Transfer", "next_machine_act", "transfer_of", "try_act"]
