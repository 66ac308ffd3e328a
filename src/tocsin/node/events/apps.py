from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "tocsin.node.events"
    label = "events"

    def ready(self) -> None:
        """Registers what the page of a thread of signals offers, and how many samples wait for a laboratory."""
        from tocsin.node.events.pages.from_signals import steps_of
        from tocsin.node.events.pages.laboratory import count_waiting
        from tocsin.node.navigation import counted_by
        from tocsin.node.surveillance.pages.next_steps import offered_by

        offered_by(steps_of)
        counted_by("samples", count_waiting)
