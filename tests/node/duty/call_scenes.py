"""What processes of a node do with an alert, for tests that kill them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from tests.node.tables import make_tables

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import DutyShift, Organisation, Person, State
from tocsin.node.duty import escalating, kinds
from tocsin.node.duty.actions.alerts import acknowledge, raise_alert
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.models import Alert, Step

kinds.register("test", "A test")


def prepare() -> None:
    """A new node with one officer on call, for whom an alert is raised."""
    make_tables()
    load_states(alliance(), here=here().code, by=None)
    service = Organisation.objects.create(state=State.objects.get(is_here=True), kind="service", name_en="S")
    olga = Person.objects.create_user("olga@s.example", name="Olga", organisation=service, roles=["duty_officer"])
    now = timezone.now()
    DutyShift.objects.create(person=olga, line="first", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(1))
    raise_alert(kind="test", subject_type="x", subject_id=1, link="/")


class Noted:
    """A channel that notes each call in a file, so that it is known also after its process was killed."""

    @staticmethod
    def prepare(person: Person, words: Any) -> Any:
        def call() -> Outcome:
            with _file().open("a") as file:
                file.write(f"{person.name}\n")
            return Outcome()

        return call


def escalate(minutes: float = 0) -> int:
    """What the task does, so many minutes from now."""
    later = timedelta(minutes=minutes)
    return escalating.escalate(lambda: timezone.now() + later, dict.fromkeys(("push", "mail", "gateway"), Noted()))


def press() -> None:
    """Olga has it."""
    acknowledge(Alert.objects.get(), by=Person.objects.get())


def look() -> dict[str, Any]:
    """What is on record, and how many calls were really made."""
    made = len(_file().read_text().splitlines()) if _file().exists() else 0
    steps = Step.objects.order_by("rung", "channel", "attempt")
    return {
        "made": made,
        "rung": Alert.objects.get().rung,
        "steps": [[step.rung, step.channel, step.attempt, step.state] for step in steps],
    }


def _file() -> Path:
    return Path(settings.HOME) / "calls"
