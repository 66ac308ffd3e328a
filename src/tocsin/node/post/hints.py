"""Peers that say they have something new: noted by the process they speak to, acted upon by the courier."""

from django.utils import timezone

from tocsin.node.post.models import Hint

__all__ = ["hinted_since", "note_hint"]


def note_hint(node: str) -> None:
    """A peer has something new."""
    Hint.objects.update_or_create(node=node, defaults={"at": timezone.now()})


def hinted_since(moments: dict[str, object]) -> set[str]:
    """Peers that have said so since they were last met: `moments` by node."""
    return {hint.node for hint in Hint.objects.all() if moments.get(hint.node) is None or hint.at > moments[hint.node]}
