from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "tocsin.node.correspondence"
    label = "correspondence"

    def ready(self) -> None:
        from tocsin.node.alliance import notices as told
        from tocsin.node.correspondence import notices, waiting
        from tocsin.node.correspondence.gates import may_read_files
        from tocsin.node.correspondence.readers.letters import LetterReader
        from tocsin.node.correspondence.readers.readings import ReadingReader
        from tocsin.node.files.gates import gate_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.pages.kept_apart import never_shown
        from tocsin.node.post.reading import read_by

        read_by("letter", LetterReader())
        read_by("letters-read", ReadingReader())
        never_shown("letter")  # private to its readers
        gate_by("letter", may_read_files)
        told.KINDS.update(notices.KINDS)
        counted_by("letters", waiting.count)
