from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TravellersConfig(AppConfig):
    name = "tocsin.node.travellers"
    label = "travellers"

    def ready(self) -> None:
        from tocsin.node.alliance.roles import Ability
        from tocsin.node.duty.kinds import acknowledged_by, register
        from tocsin.node.duty.open_items import told_by
        from tocsin.node.events.timeline import said_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.pages.kept_apart import never_shown
        from tocsin.node.post.reading import read_by
        from tocsin.node.travellers import telling, waiting
        from tocsin.node.travellers.actions.answering import acknowledged
        from tocsin.node.travellers.readers import READERS

        for name, reader in READERS.items():
            read_by(name, reader)
            never_shown(name)
        said_by({"traveller_told": _("%(state)s was told of a traveller")})
        told_by(waiting.open_items)
        counted_by("travellers", waiting.count)
        may = Ability.TRACE_TRAVELLERS
        register(telling.CAME, _("%(state)s has sent a message about a traveller"), needs=may)
        register(telling.MANY_CAME, _("Messages about travellers that came at once: %(n)s"), needs=may)
        acknowledged_by(telling.CAME, acknowledged)
