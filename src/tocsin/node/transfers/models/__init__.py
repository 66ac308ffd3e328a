"""Transfers, who has them, and what is being written in one. Others import models from here."""

from tocsin.node.transfers.models.drafts import TransferNoteDraft
from tocsin.node.transfers.models.transfers import (
    Transfer,
    TransferClinician,
    TransferHospital,
    TransferSeen,
)

__all__ = ["Transfer", "TransferClinician", "TransferHospital", "TransferNoteDraft", "TransferSeen"]
