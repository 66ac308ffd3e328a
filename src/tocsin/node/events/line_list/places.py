"""Which of this state's places a table means by a name: whole names and codes that people have settled, no guesses."""

from collections import defaultdict

from tocsin.node.alliance.models import State
from tocsin.node.events.line_list.values import Bad
from tocsin.node.surveillance.intake.alias_keys import key_of
from tocsin.node.surveillance.models import Place, PlaceAlias

__all__ = ["PlaceFinder"]


class PlaceFinder:
    """Finds each name once. Loads every name of the node's places the first time that it is asked."""

    def __init__(self) -> None:
        self._here = State.objects.get(is_here=True).pk
        self._found: dict[tuple[str, str], int | Bad] = {}
        self._places: dict[int, tuple[str, str | None]] = {}
        self._names: dict[str, set[int]] = {}

    def find(self, name: str, region: str = "") -> int:
        """The key of the place; `region` is the name of one around it. Raises Bad."""
        asked = (name, region)
        if asked not in self._found:
            try:
                self._found[asked] = self._find(name, region)
            except Bad as bad:
                self._found[asked] = bad
        found = self._found[asked]
        if isinstance(found, Bad):
            raise found
        return found

    def _find(self, name: str, region: str) -> int:
        self._load()
        named = self._names.get(key_of(name), set())
        if not named:
            raise Bad("unknown_place")
        ours = {key for key in named if self._places[key][1] == self._here}
        ours = ours or {key for key in named if self._places[key][1] is None}
        if not ours:
            raise Bad("place_of_another_state")
        if region and len(ours) > 1:
            around = [self._places[key][0] for key in self._names.get(key_of(region), ())]
            ours = {key for key in ours if any(self._is_inside(key, path) for path in around)}
        # A region and its town of one name: the smaller one is not meant by the name alone.
        outer = {key for key in ours if all(self._places[one][0].startswith(self._places[key][0]) for one in ours)}
        if len(outer) != 1:
            raise Bad("several_places")
        return outer.pop()

    def _is_inside(self, key: int, path: str) -> bool:
        own = self._places[key][0]
        return own != path and own.startswith(path)

    def _load(self) -> None:
        if self._places:
            return
        names: dict[str, set[int]] = defaultdict(set)
        for key, path, state, code in Place.objects.values_list("pk", "path", "state_id", "code"):
            self._places[key] = (path, state)
            names[key_of(code)].add(key)
        for place, alias in PlaceAlias.objects.values_list("place_id", "key"):
            names[alias].add(place)
        self._names = dict(names)
