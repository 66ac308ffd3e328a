"""Objects in which time alone makes something due: nouns say until when nothing is."""

import logging
from datetime import timedelta

from django.db.models import QuerySet

from tocsin.node.joint.models import JointObject
from tocsin.node.joint.settling import tend
from tocsin.node.post.here import now, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["open_objects", "tend_open"]

log = logging.getLogger(__name__)
AGAIN = timedelta(hours=1)


def open_objects() -> "QuerySet[JointObject]":
    """Those in which something falls due by now."""
    return JointObject.objects.filter(due_at__lte=now()).exclude(classification="")


def tend_open() -> int:
    """Say what has fallen due, each in a transaction of its own: what cannot be said now holds nothing else up."""
    if not takes_part():
        return 0
    done = 0
    for key in list(open_objects().order_by("due_at", "pk").values_list("pk", flat=True)):
        try:
            with DjangoStore().atomic():
                tend(JointObject.objects.select_for_update(of=("self",)).get(pk=key))
        except Exception:  # whatever is wrong with one object, the others are tended
            log.exception("the joint object %s cannot be tended; it is tried again in an hour", key)
            JointObject.objects.filter(pk=key).update(due_at=now() + AGAIN)
        else:
            done += 1
    return done
