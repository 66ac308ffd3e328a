from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "tocsin.node.consultations"
    label = "consultations"

    def ready(self) -> None:
        from tocsin.node.alliance import notices as told
        from tocsin.node.consultations import notices, telling, waiting
        from tocsin.node.consultations.gates import gate, may_see_files, whose
        from tocsin.node.consultations.noun import Consultations
        from tocsin.node.consultations.readers.notes import NoteReader
        from tocsin.node.consultations.wording import refused
        from tocsin.node.files.gates import gate_by, identity_by
        from tocsin.node.hospitals.following import revoked_by
        from tocsin.node.joint.models import gated_by
        from tocsin.node.joint.nouns import noun_by
        from tocsin.node.joint.wording import worded_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.pages.kept_apart import never_shown
        from tocsin.node.post.reading import read_by

        gated_by("consultation", gate)
        gate_by("consultation", may_see_files)
        identity_by("consultation", whose)
        noun_by("consultation", Consultations())
        worded_by("consultation", refused)
        read_by("clinical-note", NoteReader())
        revoked_by("consultations", telling.of_revoked)
        never_shown("clinical-note")
        told.KINDS.update(notices.KINDS)
        counted_by("consultations", waiting.count)
