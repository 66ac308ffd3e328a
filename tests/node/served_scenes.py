"""What is prepared in a served node that is to be killed, and what is looked at when nothing of it runs."""

from typing import Any

from tests.node.access_world import secret_of
from tests.node.at_work import work
from tests.node.surveillance import screening_scenes, upload_scenes
from tests.node.surveillance.tables_given import table

from tocsin.node.alliance.models import AuditEntry, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.running.setting_up import service
from tocsin.node.surveillance.actions import taking, uploading
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.models import Screening, Source, Upload
from tocsin.node.surveillance.panels import period_starts

PLACES = [f"XX-{d}" for d in (1, 2, 3, 4)]
WEEKS = 30


def prepare() -> dict[str, str]:
    """A source that is screened whenever a table of it was taken, and somebody with a token."""
    ours = service()
    root = add_place(code="XX", kind="country", parent=None, names=("Testland", "", ""))
    for code in PLACES:
        add_place(code=code, kind="region", parent=root, names=(code, "", ""))
    source = Source.objects.create(
        name="Weekly", organisation=ours, place=root, method="ears", layout={"date": "week", "count": "cases"},
        columns={"disease": "disease", "place": ["region"], "stratum": []},
    )  # fmt: skip
    amina = Person.objects.create_user(
        "amina@service.example", name="Amina", organisation=ours, roles=["epidemiologist"]
    )
    wanted = (Ability.UPLOAD_COUNTS, Ability.READ_SURVEILLANCE)
    return {"source": str(source.pk), "token": secret_of(amina, sorted(map(str, wanted)))}


def counts(number: int) -> dict[str, int]:
    """What a source has said after its table of this number, as {"week place": count}: a rise in each last week."""
    found = {}
    for week, day in enumerate(period_starts(2_600, WEEKS + number, "week", 4).tolist()):
        for n, place in enumerate(PLACES):
            found[f"{day} {place}"] = (40 + n) * 2 ** (week - WEEKS) if week >= WEEKS else 5 + (7 * week + n) % 5
    return found if number else {}


def content(number: int) -> bytes:
    rows = [(*cell.split(), count) for cell, count in counts(number).items()]
    return table(((day, place, "dengue", count) for day, place, count in rows), ("week", "region", "disease", "cases"))


def take_each(rounds: int) -> list[dict[str, Any]]:
    """The same tables taken in a node that nobody kills: what stands before the first and after each."""
    found, source = [look()], Source.objects.get()
    for number in range(1, rounds + 1):
        uploading.receive(source, file=[content(number)], file_name=f"{number}.csv", via="api", by=None)
        work()
        taking.take(Upload.objects.get(file_name=f"{number}.csv"), whole=True, by=None)
        work()
        found.append(look())
    return found


def look() -> dict[str, Any]:
    """What stands in the database and in the archive, in the manner of the other crash tests."""
    found = upload_scenes.look()
    own = {cell: count for cell, count in found["counts"].items() if cell.split()[1] != "XX"}
    screening = screening_scenes.look()
    return {
        "counts": {cell.removesuffix(" dengue"): count for cell, count in own.items()},
        "whole": found["same_in_archive"],
        "hidden": found["hidden"] + found["ahead"] + found["empty_series"] + screening["hidden"],
        "uploads": sorted(Upload.objects.values_list("file_name", "status")),
        "screenings": sorted(Screening.objects.order_by("status").values_list("status", flat=True).distinct()),
        "signals": screening["seen"]["signals"],
        "taken": AuditEntry.objects.filter(act="upload.taken").count(),
    }
