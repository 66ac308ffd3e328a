from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tocsin.node.files"
    label = "files"

    def ready(self) -> None:
        from tocsin.node.files.reader import FilePartReader
        from tocsin.node.post.pages.kept_apart import never_shown
        from tocsin.node.post.reading import read_by

        read_by("file-part", FilePartReader())
        never_shown("file-part")
