from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "tocsin.node.alliance"
    label = "alliance"

    def ready(self) -> None:
        from tocsin.node.alliance import recording  # noqa: F401  (receives sign-ins)
