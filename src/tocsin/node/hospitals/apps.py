from django.apps import AppConfig


class HospitalsConfig(AppConfig):
    name = "tocsin.node.hospitals"
    label = "hospitals"

    def ready(self) -> None:
        from tocsin.node.alliance.actions.invitations import heard_by
        from tocsin.node.hospitals import waiting
        from tocsin.node.hospitals.actions.inviting import link_accepted
        from tocsin.node.hospitals.readers.hospitals import HospitalReader
        from tocsin.node.navigation import counted_by
        from tocsin.node.post.reading import read_by

        heard_by(link_accepted)
        read_by("hospital", HospitalReader())
        counted_by("hospitals", waiting.count)
