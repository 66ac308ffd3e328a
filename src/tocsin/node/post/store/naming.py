"""Streams by their names, as rows refer to them."""

from django.db.models import Subquery

from tocsin.exchange.streams import Stream
from tocsin.node.post import models

__all__ = ["id_of", "known_or_new"]


def id_of(stream: Stream) -> Subquery:
    """The stream's row, asked for within another query."""
    return Subquery(models.Stream.objects.filter(**stream._asdict()).values("id")[:1])


def known_or_new(stream: Stream) -> models.Stream:
    """The stream's row, made if there is none; a stream may be spoken of before a document of it comes."""
    return models.Stream.objects.get_or_create(**stream._asdict())[0]
