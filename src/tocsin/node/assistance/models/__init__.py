"""Rows of mutual assistance. Others import models from here."""

from tocsin.node.assistance.models.attachments import Attachment
from tocsin.node.assistance.models.capabilities import Capability, Register
from tocsin.node.assistance.models.drafts import OfferDraft, RequestDraft
from tocsin.node.assistance.models.offers import Offer, Shipment
from tocsin.node.assistance.models.requests import Request, RequestItem

__all__ = [
    "Attachment",
    "Capability",
    "Offer",
    "OfferDraft",
    "Register",
    "Request",
    "RequestDraft",
    "RequestItem",
    "Shipment",
]
