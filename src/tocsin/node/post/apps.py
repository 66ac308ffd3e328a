from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "tocsin.node.post"
    label = "post"

    def ready(self) -> None:
        from tocsin.node.banners import told_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.post import warning
        from tocsin.node.post.message_reader import MessageReader
        from tocsin.node.post.reading import read_by

        read_by("message", MessageReader())
        counted_by("partners", warning.count)
        told_by(warning.tell)
