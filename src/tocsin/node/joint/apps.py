from django.apps import AppConfig


class JointConfig(AppConfig):
    name = "tocsin.node.joint"
    label = "joint"

    def ready(self) -> None:
        from tocsin.joint.acts import NOUNS
        from tocsin.node.banners import told_by
        from tocsin.node.joint import warning
        from tocsin.node.joint.reader import ActReader
        from tocsin.node.post.reading import read_by

        for noun in NOUNS:
            read_by(noun, ActReader())
        told_by(warning.tell)
