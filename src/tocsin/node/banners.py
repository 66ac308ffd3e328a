"""What every page says on top while it is so: apps register who tells, and the frame of the pages asks them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from tocsin.node.alliance.models import Person

__all__ = ["Banner", "banners", "told_by"]


class Banner(NamedTuple):
    """A sentence in the reader's language, how grave it is (look.states.Kind), and where one sees more.

    elsewhere   the page that one sees more at says it in its own words, and is spared the banner
    """

    text: str
    kind: str
    url: str
    elsewhere: bool = False


Telling = Callable[[Person], Iterable[Banner]]
_telling: list[Telling] = []


def told_by(telling: Telling) -> None:
    """Have `telling` asked for each page that is shown. It must be cheap."""
    if telling not in _telling:
        _telling.append(telling)


def banners(person: Person) -> list[Banner]:
    """All that this person is to be told on every page."""
    return [banner for telling in _telling for banner in telling(person)]
