"""What every act begins with: who may, the lock, and that there is still somebody to act about."""

from django.utils import timezone

from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.travellers.actions.refusals import Destroyed
from tocsin.node.travellers.models import Tracing

__all__ = ["lock", "require_kept"]


def lock(tracing: Tracing, *, by: Person) -> Tracing:
    """The row as it is now. Inside the transaction of the act, after `DjangoStore().atomic()` where documents leave."""
    check(by, Ability.TRACE_TRAVELLERS)
    found = Tracing.objects.visible_to(by).select_for_update(of=("self",))
    return found.get(pk=tracing.pk)


def require_kept(tracing: Tracing) -> None:
    """Raises Destroyed where the person is not known here any more, or should not be from this moment on."""
    if tracing.destroyed_at is not None or tracing.is_due(timezone.now()):
        raise Destroyed(tracing)
