from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "tocsin.node.search"
    label = "search"

    def ready(self) -> None:
        """Whoever empties the tables of the models, empties the shelves that no model describes."""
        from tocsin.node.search.emptying import empty_shelves

        post_migrate.connect(empty_shelves, sender=self, dispatch_uid="search.empty_shelves")
