"""What processes of a node do with an exercise, for tests that kill them and that run two at once."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.node.tables import make_tables

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import AuditEntry, Organisation, Person, State
from tocsin.node.exercises import delivering
from tocsin.node.exercises.actions.running import begin
from tocsin.node.exercises.models import Exercise, Inject
from tocsin.node.exercises.scripts import scripts
from tocsin.node.surveillance.actions.setting_up import add_place, load_diseases
from tocsin.node.surveillance.models import Signal


def prepare() -> None:
    """A new node on which an exercise has begun, so long ago that all of it is due."""
    make_tables()
    load_states(alliance(), here=here().code, by=None)
    load_diseases(by=None)
    state = State.objects.get(is_here=True)
    service = Organisation.objects.create(state=state, kind="service", name_en="S")
    dora = Person.objects.create_user("dora@s.example", name="Dora", organisation=service, roles=["duty_officer"])
    root = add_place(code="AL", kind="country", parent=None, names=("Altania", "", ""), state=state)
    for code in ("AL-0802", "AL-0803", "AL-0803-X"):
        add_place(code=code, kind="district", parent=root, names=(code, "", ""), state=state)
    script = scripts()["cholera-on-the-river"]
    played = script.defaults["exercise"]
    exercise = begin(
        script, code_word="heron", states=played["states"], places=played["places"], minutes_a_day=1, by=dora
    )
    ago = timedelta(hours=1)
    Exercise.objects.filter(pk=exercise.pk).update(starts_at=timezone.now() - ago)
    for inject in Inject.objects.all():
        Inject.objects.filter(pk=inject.pk).update(due_at=inject.due_at - ago)


def deliver() -> int:
    """What the task does."""
    return delivering.deliver()


def look() -> dict[str, Any]:
    """What came, in its order, and what was made of it."""
    came = Inject.objects.delivered().order_by("delivered_at", "number")
    return {
        "came": list(came.values_list("code", flat=True)),
        "waiting": Inject.objects.waiting().count(),
        "signals": Signal.objects.count(),
        "audited": AuditEntry.objects.filter(act="inject.delivered").count(),
    }
