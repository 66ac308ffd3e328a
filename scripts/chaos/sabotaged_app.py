"""The application by which `sabotaged` breaks a node."""

from django.apps import AppConfig


class SabotagedConfig(AppConfig):
    name = "scripts.chaos.sabotaged_app"
    label = "sabotaged"
    path = __file__.rpartition("/")[0]

    def ready(self) -> None:
        from scripts.chaos.sabotaged import break_the_reader

        break_the_reader()
