"""What goes between states about events. Others import models from here."""

from tocsin.node.notifications.models.drafts import Draft
from tocsin.node.notifications.models.notifications import Notification, NotifiedEvent
from tocsin.node.notifications.models.relevance import Relevance
from tocsin.node.notifications.models.translations import Translation
from tocsin.node.notifications.models.verification import VerificationAnswer, VerificationRequest

__all__ = [
    "Draft",
    "Notification",
    "NotifiedEvent",
    "Relevance",
    "Translation",
    "VerificationAnswer",
    "VerificationRequest",
]
