from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "tocsin.node.transfers"
    label = "transfers"

    def ready(self) -> None:
        from tocsin.node.alliance import notices as told
        from tocsin.node.consultations.destroying import followed_by
        from tocsin.node.consultations.models.notes import notes_of
        from tocsin.node.joint.models import gated_by
        from tocsin.node.joint.nouns import noun_by
        from tocsin.node.joint.wording import worded_by
        from tocsin.node.navigation import counted_by
        from tocsin.node.transfers import notices, waiting
        from tocsin.node.transfers.asking_anew import ask_anew
        from tocsin.node.transfers.gates import gate, noted
        from tocsin.node.transfers.noun import Transfers
        from tocsin.node.transfers.wording import refused

        gated_by("transfer", gate)
        notes_of("transfer", noted)
        followed_by("transfer", ask_anew)
        noun_by("transfer", Transfers())
        worded_by("transfer", refused)
        told.KINDS.update(notices.KINDS)
        counted_by("transfers", waiting.count)
