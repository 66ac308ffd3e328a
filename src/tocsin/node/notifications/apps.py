from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NotificationsConfig(AppConfig):
    name = "tocsin.node.notifications"
    label = "notifications"

    def ready(self) -> None:
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.duty.kinds import acknowledged_by, register
        from tocsin.node.duty.open_items import told_by
        from tocsin.node.events.timeline import said_by
        from tocsin.node.notifications import knowing, waiting
        from tocsin.node.notifications.actions.answering import acknowledged
        from tocsin.node.notifications.readers import READERS
        from tocsin.node.notifications.sentences import SENTENCES, SHOWN
        from tocsin.node.post.examining import known_by
        from tocsin.node.post.reading import read_by

        for name, reader in READERS.items():
            read_by(name, reader)
        known_by("notification", knowing.of_notification)
        known_by("verification-request", knowing.of_request)
        said_by(SENTENCES, SHOWN)
        told_by(waiting.open_items)
        may = Ability.ANSWER_PARTNERS
        register("notification.came", _("%(state)s: %(disease)s, %(place)s (%(status)s)"), needs=may)
        register("notifications.came", _("Notifications of partners that came at once: %(n)s"), needs=may)
        register("verification.asked", _("%(state)s asks whether something is true"), needs=may)
        register("verifications.asked", _("Questions of partners that came at once: %(n)s"), needs=may)
        for kind in ("notification.came", "verification.asked"):
            acknowledged_by(kind, acknowledged)
        self._join_pages()

    def _join_pages(self) -> None:
        """What the pages of events and the frame of all pages show of partners."""
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.banners import told_by
        from tocsin.node.events.pages.board import partners_by
        from tocsin.node.events.pages.head import Tab, act_by, tab_by
        from tocsin.node.events.pages.list_tabs import list_tab_by
        from tocsin.node.events.pages.log import heard_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.notifications import translation_queue
        from tocsin.node.notifications.pages import waiting
        from tocsin.node.notifications.pages.board_rows import partners_rows
        from tocsin.node.notifications.pages.heard import heard
        from tocsin.node.notifications.pages.partners_tab import next_act

        tab_by(Tab("event_partners", _("Partners"), Ability.READ_EVENTS, 70))
        act_by(next_act)
        list_tab_by(Tab("notified_events", _("Partners’ events"), Ability.READ_EVENTS, 10))
        list_tab_by(Tab("verifications", pgettext_lazy("between states", "Questions"), Ability.READ_EVENTS, 20))
        partners_by(partners_rows)
        heard_by(heard)
        counted_by("events", waiting.count)
        counted_by("translations", translation_queue.count)
        told_by(waiting.tell)
