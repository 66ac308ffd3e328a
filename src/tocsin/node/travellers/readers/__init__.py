"""Documents about travellers that come, and our own that come back: `post.reading.TypeReader` of each type."""

from tocsin.node.travellers.readers.answers import AnswerReader
from tocsin.node.travellers.readers.messages import TravellerReader

__all__ = ["READERS"]

READERS = {"traveller": TravellerReader(), "traveller-answer": AnswerReader()}
