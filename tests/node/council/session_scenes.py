"""Sessions for tests of the Council: called here or by a partner, attended by partners."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.exchange.world import World
from tests.node.joint.scenes import body, replaced
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import moment
from tocsin.exchange.suite import digest
from tocsin.node.council.actions.session_convening import convene
from tocsin.node.council.models import Session
from tocsin.node.council.session_reading import session_here
from tocsin.node.joint.models import JointObject

COUNCIL = "coordination-council"
HEAD = {"id": "d1", "name": "Dara Alim", "title": "Deputy head", "part": "head", "languages": ["ru", "en"]}
ALTERNATE = {"id": "d2", "name": "Nodira Sen", "title": "", "part": "alternate", "languages": []}
ITEMS = (
    {"id": "i1", "title": {"en": "The situation", "ru": "Обстановка", "zh-hans": "形势"}, "decision": None},
    {"id": "i2", "title": {"en": "Measures"}, "decision": None},
)


def in_an_hour() -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=1)


def a_session(by, **more: Any) -> JointObject:
    """Called by us, of the Council, with BO and CE."""
    given = {
        "body": COUNCIL, "title": {"en": "Cholera at the crossing", "ru": "Холера в пункте пропуска"},
        "starts_at": in_an_hour(), "place": {"kind": "video", "text": "https://video.example/council"},
        "languages": ["ru", "zh-hans", "en"], "invited": ["AL", "BO", "CE"], "chair": "AL", "agenda": ITEMS,
        "language": "en", "by": by,
    } | more  # fmt: skip
    return convene(**given)


def now_of(of: JointObject):
    """As its acts make it now."""
    return session_here(JointObject.objects.get(pk=of.pk))


def row(of: JointObject) -> Session:
    return Session.objects.get(pk=of.pk)


def say(world: World, joined, name: str, of: JointObject, act: str, **said: Any) -> None:
    """A partner says something of a session, and it comes here."""
    key = of.key.as_json()
    document = world.document(name, "", "members", type="session", body=body(key, act, said), language="ru")
    bring(world, joined, document, name=name)


class TheirSession:
    """A session that a partner calls, as its documents make it; each is posted and brought here at once."""

    def __init__(self, world: World, joined, owner: str = "BO", **said: Any) -> None:
        self.world, self.joined, self.owner = world, joined, owner
        self.key: dict[str, str] = {}
        self.last: Document | None = None
        self.number = 0
        given = {
            "body": COUNCIL, "title": {"ru": "Чума в Долине"}, "starts_at": moment(in_an_hour()),
            "place": {"kind": "video", "text": ""}, "languages": ["ru"], "rule": "", "event": None, "chair": owner,
            "invited": ["AL", "BO", "CE"], "agenda": [], "brief": {},
        }  # fmt: skip
        self.order("convene", given | said)

    def order(self, act: str = "order", said: Any = None, *, includes=()) -> None:
        """The owner's next document."""
        self.number += 1
        made = self.world.document(self.owner, "", "members", type="session", body={}, language="ru")
        first = self.last is None
        self.key = self.key or {"origin": self.owner, "id": made.id}
        order = {
            "number": self.number, "previous": digest(self.last.encode()) if self.last else None,
            "at": moment(datetime.now(UTC)), "includes": list(includes),
        }  # fmt: skip
        document = self.world.document(
            self.owner, "", "members", type="session", body=body(self.key, act, said, order), language="ru"
        )
        self.last = replaced(document, id=made.id) if first else document
        bring(self.world, self.joined, self.last, name=self.owner)

    @property
    def here(self) -> JointObject:
        """As this node has it."""
        return JointObject.objects.get(object_id=self.key["id"])
