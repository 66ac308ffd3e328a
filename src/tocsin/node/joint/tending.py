"""Objects in which time alone makes something due: nouns say until when nothing is."""

import logging

from django.db.models import QuerySet

from tocsin.node.joint.models import JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.joint.settling import AGAIN, tend
from tocsin.node.post.here import now, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["open_objects", "tend_open"]

log = logging.getLogger(__name__)


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
                of = JointObject.objects.select_for_update(of=("self",)).get(pk=key)
                noun_of(of).tell(of, tend(of), ())
        except Exception:  # whatever is wrong with one object, the others are tended
            log.exception("the joint object %s cannot be tended; it is tried again in an hour", key)
            JointObject.objects.filter(pk=key).update(due_at=now() + AGAIN)
        else:
            done += 1
    return done
