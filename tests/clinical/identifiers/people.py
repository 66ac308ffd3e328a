"""People who do not exist, as a hospital would know them."""

from datetime import date

from tocsin.clinical.identifiers.finding import found_in
from tocsin.clinical.identifiers.identity import Identity

__all__ = ["ANNA", "IVANOV", "WANG", "told"]

IVANOV = Identity(
    names=("Иванов Иван Петрович",), birth_date=date(1971, 3, 12), numbers=("AB 1234567",),
    telephones=("+7 912 345-67-89",), addresses=("г. Карсу, ул. Ленина, д. 5, кв. 12",), emails=("ivan@post.example",),
)  # fmt: skip
ANNA = Identity(names=("Мороз Анна",))
WANG = Identity(names=("王小明",), birth_date=date(1971, 3, 12), addresses=("广东省广州市天河区体育路12号",))


def told(text: str, identity: Identity) -> list[tuple[str, str]]:
    """What was found, as it stands in the text, and as what."""
    return [(text[one.start : one.end], one.kind.value) for one in found_in(text, identity)]
