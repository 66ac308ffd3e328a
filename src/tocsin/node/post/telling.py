"""People are told what waits for them: documents that were kept apart, and ends that come near."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from tocsin.exchange.store import Entry
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.models import Proposal

__all__ = ["names_of", "people_who", "tell_of_kept_apart"]


def people_who(ability: Ability) -> list[Person]:
    """Everybody who may. Roles are a list in JSON; people are few."""
    return [person for person in Person.objects.filter(is_active=True) if person.may(ability)]


def names_of(nodes: Iterable[str]) -> dict[str, dict[str, str]]:
    """What nodes are called, in each language; a node that the alliance's file does not name, by its code."""
    states = State.objects.in_bulk(list(nodes))
    return {
        node: {"en": one.name_en, "ru": one.name_ru, "zh-hans": one.name_zh}
        if (one := states.get(node))
        else dict.fromkeys(("en", "ru", "zh-hans"), node)
        for node in nodes
    }


def tell_of_kept_apart(entries: Sequence[Entry]) -> None:
    """Tell whoever may decide, once for each batch; what people have decided already is not told of again."""
    subjects = [f"{entry.manifest} {entry.number}" for entry in entries]
    decided = set(Proposal.objects.done().filter(subject__in=subjects).values_list("subject", flat=True))
    counts: dict[str, int] = {}
    for subject, entry in zip(subjects, entries, strict=True):
        if subject not in decided:
            counts[entry.stream.origin] = counts.get(entry.stream.origin, 0) + 1
    if not counts:
        return
    people, names = people_who(Ability.DECIDE_QUARANTINE), names_of(counts)
    for origin, count in counts.items():
        notify(people, "documents.kept_apart", link=reverse("kept_apart"), n=count, state=names[origin])
