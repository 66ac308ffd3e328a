"""What a state shares of its counts, and what its partners share. Others import models from here."""

from tocsin.node.indicators.models.partners import PartnerDocument, PartnerSource, PartnerTable
from tocsin.node.indicators.models.sharing import Preparation, Shared, SharingRule

__all__ = ["PartnerDocument", "PartnerSource", "PartnerTable", "Preparation", "Shared", "SharingRule"]
