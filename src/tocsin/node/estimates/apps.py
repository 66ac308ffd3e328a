from django.apps import AppConfig


class EstimatesConfig(AppConfig):
    name = "tocsin.node.estimates"
    label = "estimates"

    def ready(self) -> None:
        """Registers what follows a screening, and what pages and the report of surveillance show beside their own."""
        from tocsin.node.estimates.registered import ask, of_report, of_signal, of_situation
        from tocsin.node.surveillance.pages.beside import report_chapter_by, signal_section_by, situation_section_by
        from tocsin.node.surveillance.runs.following import followed_by

        followed_by(ask)
        signal_section_by(of_signal)
        situation_section_by(of_situation)
        report_chapter_by(of_report)
