"""Sessions as joint objects: what their acts mean here. Nothing falls due of them but what people do."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.joint.acts import Act, Applied
from tocsin.joint.ordering import Arrangement
from tocsin.joint.refusing import Refused
from tocsin.joint.sessions.folding import try_act
from tocsin.node.council import session_rows, session_telling
from tocsin.node.council.session_reading import folded, rules_for
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import Due

__all__ = ["Sessions"]


class Sessions:
    """See `joint.nouns.Noun`."""

    def try_act(self, applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
        """By the rules that its opening brings."""
        opening = applied[0].act if applied else act
        return try_act(applied, act, rules=rules_for(opening), at=at)

    def settle(self, of: JointObject, arrangement: Arrangement) -> datetime | None:
        """Its row; nobody is called any more to what is over. Time alone changes nothing of a session."""
        session = arrangement.folded(folded)
        session_rows.write(of, session)
        session_telling.call_off(of, session)
        return None

    def due(self, of: JointObject, arrangement: Arrangement, *, at: datetime) -> Sequence[Due]:
        """Nothing: all that is said of a session, people say."""
        return ()

    def tell(self, of: JointObject, arrangement: Arrangement, new: Sequence[JointAct]) -> None:
        """Delegates learn that it was called, postponed, cancelled, and that its minutes are out."""
        session_telling.of_session(of, arrangement.folded(folded))
