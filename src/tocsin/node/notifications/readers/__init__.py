"""Documents of partners about events, and our own that come back: `post.reading.TypeReader` of each type."""

from tocsin.node.notifications.readers.notifications import NotificationReader
from tocsin.node.notifications.readers.relevance import RelevanceReader
from tocsin.node.notifications.readers.translations import TranslationReader
from tocsin.node.notifications.readers.verification import AnswerReader, RequestReader

__all__ = ["READERS"]

READERS = {
    "notification": NotificationReader(),
    "relevance": RelevanceReader(),
    "verification-request": RequestReader(),
    "verification-answer": AnswerReader(),
    "translation": TranslationReader(),
}
