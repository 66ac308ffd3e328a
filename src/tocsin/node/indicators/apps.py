from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "tocsin.node.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Registers what reads weekly indicators that come, what is known of their origins, and what is left out."""
        from tocsin.node.indicators.knowing import known_of
        from tocsin.node.indicators.pages.unused import unused_of
        from tocsin.node.indicators.reader import SharedSeries
        from tocsin.node.post.examining import known_by
        from tocsin.node.post.reading import read_by
        from tocsin.node.surveillance.pages.unused_rows import told_by

        known_by("weekly-indicators", known_of)
        read_by("weekly-indicators", SharedSeries())
        told_by(unused_of)
