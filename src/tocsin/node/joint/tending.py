"""Objects of ours in which time alone changes something: nouns say until when nothing is due."""

from django.db.models import QuerySet

from tocsin.node.joint.models import JointObject
from tocsin.node.joint.settling import tend
from tocsin.node.post.here import now, takes_part
from tocsin.node.post.store import DjangoStore

__all__ = ["open_objects", "tend_open"]


def open_objects() -> "QuerySet[JointObject]":
    """Those of ours in which something falls due by now."""
    return JointObject.objects.filter(is_ours=True, due_at__lte=now()).exclude(classification="")


def tend_open() -> int:
    """Say what has fallen due, each in a transaction of its own: what cannot be said now holds nothing else up."""
    if not takes_part():
        return 0
    done = 0
    for key in list(open_objects().values_list("pk", flat=True)):
        with DjangoStore().atomic():
            of = JointObject.objects.select_for_update(of=("self",)).get(pk=key)
            tend(of)
            done += 1
    return done
