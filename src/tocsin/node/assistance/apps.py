from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistanceConfig(AppConfig):
    name = "tocsin.node.assistance"
    label = "assistance"

    def ready(self) -> None:
        from tocsin.node.alliance import notices as told
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.assistance import notices, telling, waiting
        from tocsin.node.assistance.noun import Assistance
        from tocsin.node.assistance.readers.registers import RegisterReader
        from tocsin.node.assistance.wording import refused
        from tocsin.node.duty.kinds import register
        from tocsin.node.duty.open_items import told_by
        from tocsin.node.joint.nouns import noun_by
        from tocsin.node.joint.wording import worded_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.reading import read_by

        noun_by("assistance", Assistance())
        worded_by("assistance", refused)
        read_by("capabilities", RegisterReader())
        told.KINDS.update(notices.KINDS)
        told_by(waiting.open_items)
        counted_by("assistance", waiting.count)
        may = Ability.KEEP_ASSISTANCE
        register(telling.REQUESTED, _("%(state)s asks for assistance: %(what)s"), needs=may)
        register(telling.MANY_REQUESTED, _("Several states ask for assistance at once; look at the list"), needs=may)
        self._join_events()

    def _join_events(self) -> None:
        """What the pages of events show of assistance."""
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.assistance.pages.event_tab import next_act
        from tocsin.node.events.pages.head import Tab, act_by, tab_by

        tab_by(Tab("event_assistance", _("Assistance"), Ability.READ_ASSISTANCE, 77))
        act_by(next_act)
