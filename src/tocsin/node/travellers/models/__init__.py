"""Sealed messages about one person, from one state to one other. Others import models from here."""

from tocsin.node.travellers.models.answers import TravellerAnswer
from tocsin.node.travellers.models.messages import Opening, TravellerMessage
from tocsin.node.travellers.models.tracing import Tracing

__all__ = ["Opening", "Tracing", "TravellerAnswer", "TravellerMessage"]
