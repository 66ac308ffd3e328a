from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "tocsin.node.post"
    label = "post"

    def ready(self) -> None:
        from tocsin.node.post.message_reader import MessageReader
        from tocsin.node.post.reading import read_by

        read_by("message", MessageReader())
