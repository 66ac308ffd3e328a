"""What alerts there are: each app registers its own kinds when it starts, and what follows from an acknowledgement.

# in the app's AppConfig.ready()
register("notification.came", _("%(state)s notifies: %(disease)s"), needs=Ability.READ_EVENTS)
acknowledged_by("notification.came", send_signed_acknowledgement)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.functional import Promise

from tocsin.node.alliance.roles import Ability

if TYPE_CHECKING:
    from tocsin.node.alliance.models import Person
    from tocsin.node.duty.models import Alert

__all__ = ["Kind", "acknowledged_by", "hooks", "kind_named", "register", "sentence", "visible_kinds"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an alert of this kind says, and what somebody must be allowed, besides standing duty, to be called for it.

    The sentence is filled by the alert's values, and shown to people who have signed in: never in a letter or push.
    """

    sentence: str | Promise
    needs: Ability = Ability.STAND_DUTY


Hook = Callable[..., None]  # (alert, *, by)

_kinds: dict[str, Kind] = {}
_hooks: dict[str, list[Hook]] = {}


def register(kind: str, sentence: str | Promise, *, needs: Ability = Ability.STAND_DUTY) -> None:
    """Let there be alerts of this kind."""
    _kinds[kind] = Kind(sentence, needs)


def acknowledged_by(kind: str, hook: Hook) -> None:
    """Have `hook(alert, by=person)` called in the transaction in which a person acknowledges an alert of this kind.

    What it does stands or falls with the acknowledgement. Where it raises ActRefused the person has acknowledged all
    the same, what it did is undone, and the alert keeps why: nobody is called on because a partner cannot be told.
    """
    found = _hooks.setdefault(kind, [])
    if hook not in found:
        found.append(hook)


def hooks(kind: str) -> list[Hook]:
    """What follows from an acknowledgement."""
    return list(_hooks.get(kind, ()))


def kind_named(kind: str) -> Kind:
    """Raises ValueError for a kind that no app has registered."""
    if kind not in _kinds:
        raise ValueError(f"there is no alert {kind!r}; its app registers it by duty.kinds.register")
    return _kinds[kind]


def visible_kinds(person: "Person") -> list[str]:
    """Kinds whose alerts this person may be called for, and may acknowledge."""
    return [name for name, kind in _kinds.items() if person.may(kind.needs)]


def sentence(alert: "Alert") -> str:
    """What an alert says, in the language that is active now."""
    language = translation.get_language() or "en"
    return str(kind_named(alert.kind).sentence) % {n: _in_language(v, language) for n, v in alert.values.items()}


def _in_language(value: Any, language: str) -> Any:
    return value.get(language) or value.get("en", "") if isinstance(value, Mapping) else value
