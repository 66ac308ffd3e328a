"""Lets people into a node of the exercise alliance, and puts its officers on duty.

Called for each node by demo_alliance.py, in the node's own surroundings. Beside the officer and the epidemiologist whom
every node has come those whom an event needs: a deputy who confirms, a translator, a laboratory, whoever directs the
exercise, delegates of the Council, a logistics desk; at the Secretariat one of its own. Each can sign in with what
stands in people.txt.
"""

import os
from datetime import timedelta
from pathlib import Path

__all__ = ["let_in", "note"]

# Role and whether they sign in with a second factor; of the address the part before the @.
STATE = {
    "deputy": ("Deputy officer", "duty_officer"),
    "director": ("Exercise director", "duty_officer"),
    "translator": ("Translator", "translator"),
    "laboratory": ("Laboratory", "laboratory"),
    "delegate": ("Council delegate", "council_delegate"),
    "alternate": ("Alternate delegate", "council_delegate"),
    "logistics": ("Logistics desk", "logistics"),
}
SECRETARIAT = {"secretariat": ("Secretariat", "secretariat")}
ON_DUTY = timedelta(days=7)


def let_in() -> None:
    """People of this node, and a week of duty for its first two."""
    import django

    django.setup()
    from tocsin.node.alliance.alliance_file import here
    from tocsin.node.alliance.models import Person
    from tocsin.node.alliance.roles import SECOND_FACTOR
    from tocsin.node.running.newcomers import welcome

    code = here().code
    officer = Person.objects.get(email__startswith="duty.officer@")
    at = f"@{code.lower()}.example"
    for address, (name, role) in (SECRETARIAT if code == "SEC" else STATE).items():
        if Person.objects.filter(email=address + at).exists():
            continue
        came = welcome(
            address + at, name=f"{name} {code}", roles=[role], language=officer.language,
            organisation=_laboratory() if role == "laboratory" else "", totp=role in SECOND_FACTOR,
        )  # fmt: skip
        note(address + at, came.password, came.totp_secret)
    second = ("secretariat" if code == "SEC" else "deputy") + at
    _on_duty(officer, Person.objects.get(email=second))


def _laboratory() -> str:
    """The English name of the laboratory that samples are sent to."""
    from tocsin.node.alliance.actions.people import add_organisation
    from tocsin.node.alliance.models import Organisation

    kind, name = Organisation.Kind.LABORATORY, "Central Laboratory"
    if not Organisation.objects.filter(kind=kind).exists():
        names = {"name_en": name, "name_ru": "Центральная лаборатория", "name_zh": "中心实验室"}
        add_organisation(Organisation(kind=kind, **names), by=None)
    return name


def note(email: str, password: str, secret: str) -> None:
    """Write down how somebody signs in."""
    lines = [email, f"  password  {password}"]
    lines += [f"  secret    {secret}   (for an authenticator)"] if secret else []
    with (Path(os.environ["TOCSIN_HOME"]) / "people.txt").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _on_duty(first, second) -> None:
    from django.utils import timezone

    from tocsin.node.alliance.actions.duty import assign_shift
    from tocsin.node.alliance.models import DutyShift

    now = timezone.now()
    for person, line in ((first, DutyShift.Line.FIRST), (second, DutyShift.Line.SECOND)):
        if not DutyShift.objects.filter(line=line, ends_at__gt=now).exists():
            assign_shift(person, line=line, starts_at=now, ends_at=now + ON_DUTY, by=first)
