from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    name = "tocsin.node.duty"
    label = "duty"

    def ready(self) -> None:
        """Registers what pages say while an alert is open, the alert of a drill, and who reads which documents."""
        from tocsin.node.banners import told_by
        from tocsin.node.duty import kinds, links, warning
        from tocsin.node.duty.actions.drills import KIND, answer_partner
        from tocsin.node.duty.readers import AcknowledgementReader, DrillReader
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.reading import read_by

        kinds.register(KIND, _("Drill by %(state)s: nothing has happened, say that you are there"))
        kinds.acknowledged_by(KIND, answer_partner)
        links.linked_by("alert", warning.alerts_named)
        told_by(warning.tell)
        counted_by("duty", warning.count)
        read_by("drill", DrillReader())
        read_by("acknowledgement", AcknowledgementReader())
