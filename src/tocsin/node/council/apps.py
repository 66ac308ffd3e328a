from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CouncilConfig(AppConfig):
    name = "tocsin.node.council"
    label = "council"

    def ready(self) -> None:
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.council.actions import calling, duties
        from tocsin.node.council.decision_noun import Decisions
        from tocsin.node.council.held_back import MANY
        from tocsin.node.council.session_noun import Sessions
        from tocsin.node.council.session_telling import CALLED
        from tocsin.node.council.session_wording import session_refused
        from tocsin.node.council.telling import SILENCE
        from tocsin.node.council.wording import decision_refused
        from tocsin.node.duty.kinds import register
        from tocsin.node.joint.nouns import noun_by
        from tocsin.node.joint.wording import worded_by

        noun_by("decision", Decisions())
        worded_by("decision", decision_refused)
        noun_by("session", Sessions())
        worded_by("session", session_refused)
        may = Ability.PREPARE_COUNCIL
        register(CALLED, _("%(state)s calls a session: %(body)s, %(when)s"), needs=may)
        register(calling.TO_CALL, _("To be called within %(hours)s h: %(body)s, for %(event)s (%(rule)s)"), needs=may)
        register(duties.OPENED, _("To be done within %(hours)s h by %(agreement)s: %(duty)s"), needs=may)
        register(duties.OVER, _("The time has run out (%(when)s): %(duty)s"), needs=may)
        register(SILENCE, _("Adopted unless somebody objects: %(decision)s"), needs=may)
        register(MANY, _("%(state)s calls for more than is shown one by one; look at the Council’s lists"), needs=may)
        self._join_events()

    def _join_events(self) -> None:
        """What the pages of events, and the hand-over of a shift, show of sessions and of duties."""
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.council import decision_waiting, session_waiting
        from tocsin.node.council.pages.session_event_tab import next_act
        from tocsin.node.duty.open_items import told_by
        from tocsin.node.events.pages.head import Tab, act_by, tab_by
        from tocsin.node.navigation import counted_by

        told_by(session_waiting.open_items)
        told_by(decision_waiting.open_items)
        counted_by("council", decision_waiting.count)
        tab_by(Tab("event_council", pgettext_lazy("of states", "Council"), Ability.READ_COUNCIL, 75))
        act_by(next_act)
