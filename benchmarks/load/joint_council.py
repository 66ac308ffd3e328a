"""What states decide together, as stories of acts: decisions with texts in three languages and measures, sessions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.load.joint_world import RU, STATES, ZH, Telling, World
from benchmarks.load.said import paragraph

from tocsin.exchange.moments import moment

__all__ = ["decisions", "long_decision", "long_session", "sessions"]

BODY = "coordination-council"
OFFICIAL = ("ru", "zh-hans")
KINDS = ("plan", "plan", "decision", "decision", "statement", "resolution", "agreement")
RULES = {"silence": True, "silence_hours": 24, "may_join": ["GO", "HE"]}
PARAGRAPHS, MANY_PARAGRAPHS = 14, 40
MEASURES = 4
SHAPES = ("title", "preamble", "preamble", "preamble")  # all that follow are operative
LONG = 60  # acts before one decision in twenty is adopted
OLD = 40  # days, after which a decision has come to its end
REPORT = {"text": "Имитация: начато, ведётся по плану.", "evidence": []}
PROTOCOL = [{"title": "Протокол", "link": "https://example.org/1"}]


def decisions(world: World, number: int, events: list[str]) -> Iterator[Telling]:
    """So many of four years, half of them ours; one in nine is on its way."""
    for at in range(number):
        is_old = at % 9 != 0
        days = world.chance.uniform(OLD, 1_400) if is_old else world.chance.uniform(2, OLD)
        told = _proposed(world, at, days, events, step=6 if is_old else 2, is_wide=at % 50 == 0)
        if at % 18 == 0:  # proposed, and no more
            _talk(told, 4)
            yield told
            continue
        told.says(told.owner, "consider", until=None)
        version = _talk(told, LONG if at % 20 == 1 else world.chance.randint(2, 5))
        if is_old:
            _end(told, at, version)
        else:
            _stand(told, at, version)
        yield told


def long_decision(world: World, acts: int) -> Telling:
    """One of ours that was talked about so often, adopted in the end."""
    told = _proposed(world, 0, 200, [], step=0.5, is_wide=True)
    told.says(told.owner, "consider", until=None)
    version = _talk(told, acts // 2)
    _end(told, 0, version)
    return told


def _proposed(world: World, at: int, days: float, events: list[str], *, step: float, is_wide: bool) -> Telling:
    owner = world.own if at % 2 == 0 else STATES[1 + at // 2 % 5]
    begun, kind = world.ago(days), KINDS[at % len(KINDS)]
    concerned = list(dict.fromkeys((owner, *STATES[:3])))
    event = {"origin": world.own, "id": world.chance.choice(events)} if events and at % 3 == 0 else None
    measures = [_measure(one, concerned, begun.date() + timedelta(days=90)) for one in range(MEASURES)]
    said = {
        "body": BODY, "kind": kind, "concerned": concerned, "official": list(OFFICIAL),
        "title": {
            "ru": f"Имитация: о мерах в пункте пропуска {at}", "zh-hans": f"模拟：口岸措施 {at}",
            "en": f"Simulated: measures at crossing {at}",
        },
        "event": event, "session": None, "amends": None, "year": begun.year if kind == "plan" else None,
        "text": {"paragraphs": [_paragraph(n) for n in range(MANY_PARAGRAPHS if is_wide else PARAGRAPHS)]},
        "measures": measures, "duties": [], "in_force": {"when": "adopted", "on": None}, "rules": RULES,
    }  # fmt: skip
    return Telling(world, "decision", owner, "propose", said, at=begun, step=step)


def _paragraph(at: int, rev: int = 1) -> dict[str, Any]:
    kind = SHAPES[at] if at < len(SHAPES) else "operative"
    times = 1 if kind == "title" else 3
    texts = {
        "ru": {"text": f"{at}. {RU * times}Редакция {rev}.", "rev": rev, "standing": "authentic"},
        "zh-hans": {"text": f"{at}. {ZH * times}第{rev}稿。", "rev": rev, "standing": "authentic"},
    }
    if rev == 1 and at % 4:
        texts["en"] = {"text": f"{at}. {paragraph(100 * times)}", "rev": 1, "standing": "machine"}
    return {"id": f"p{at}", "kind": kind, "rev": rev, "texts": texts}


def _measure(at: int, concerned: list[str], deadline: Any) -> dict[str, Any]:
    return {
        "id": f"m{at}", "state": concerned[at % len(concerned)], "deadline": deadline.isoformat(), "evidence": "Отчёт.",
        "title": {"ru": f"Совместное обследование {at}", "zh-hans": f"联合调查 {at}", "en": f"Joint survey {at}"},
        "verifier": concerned[0], "paragraph": f"p{4 + at}", "links": [],
    }  # fmt: skip


def _talk(told: Telling, times: int) -> int:
    """Comments, and an amendment for every third of them. Returns the version on the table."""
    chance, version, revs = told.world.chance, 1, dict[int, int]()
    for at in range(times):
        who = STATES[at % 4]
        told.ordered(who, "comment", version=version, paragraph=f"p{at % 10}", text=RU)
        if at % 3 == 2:
            which = chance.randrange(4, PARAGRAPHS)
            revs[which] = revs.get(which, 1) + 1
            change = {"paragraph": f"p{which}", "after": None, "to": _paragraph(which, revs[which])}
            told.ordered(
                told.owner, "amend", base=version, changes=[change], measures=None, duties=None, note="Срок уточнён.",
            )  # fmt: skip
            version += 1
    told.ordered("DO", "translate", base=version, language="en", standing="machine", texts={"p5": paragraph(200)})
    return version


def _stand(told: Telling, at: int, version: int) -> None:
    """On its way: some have consented, or one objects, or a silence runs."""
    states = told.rows[0].said["concerned"]
    kind = at // 18 % 4
    if kind == 0:
        told.ordered(states[1], "object", version=version, paragraph="p4", reason=RU)
    elif kind == 1:
        told.says(told.owner, "silence", version=version, hours=24 * 80)
        told.ordered(states[1], "received", through=told.number)
        told.ordered(states[1], "position", paragraph=None, text=RU)
    else:
        told.ordered(states[-1], "consent", version=version, ad_referendum=kind == 2)
        _in_no_order(told, states[1])


def _in_no_order(told: Telling, state: str) -> None:
    """Something that was said; of another state's object, we are told of no order that has it yet."""
    say = told.ordered if told.of.is_ours else told.says
    say(state, "position", paragraph="p4", text=RU)


def _end(told: Telling, at: int, version: int) -> None:
    """Adopted, but for one in seven that was not agreed or taken back."""
    if at % 7 == 3:
        told.says(told.owner, "withdraw" if at % 2 else "not_agreed", reason=RU)
        return
    states = told.rows[0].said["concerned"]
    consents = {one: told.says(one, "consent", version=version, ad_referendum=False) for one in states}
    cited = [{"state": one, "by": "consent", "acts": [str(row.document_id)]} for one, row in sorted(consents.items())]
    told.says(told.owner, "adopt", version=version, states=cited)
    told.says(told.owner, "enter_force")
    for measure in told.rows[0].said["measures"]:
        _work(told, measure)
    if at % 11 == 0:
        told.says(told.owner, "implement")


def _work(told: Telling, measure: dict[str, Any]) -> None:
    """Accepted, reported, finished and verified; one in fifty of the old ones is late."""
    owner, chance, id = measure["state"], told.world.chance, measure["id"]
    told.ordered(owner, "accept_measure", measure=id)
    is_late = chance.random() < 0.02
    is_going = told.world.ago(80) < told.at
    if is_late or is_going:
        return
    told.ordered(owner, "report_measure", measure=id, **REPORT)
    told.ordered(owner, "finish_measure", measure=id, text=REPORT["text"], evidence=PROTOCOL)
    told.ordered(measure["verifier"], "verify_measure", measure=id)


def sessions(world: World, number: int, decided: list[dict[str, str]], events: list[str]) -> Iterator[Telling]:
    """So many of four years, and one in thirty that is still to come."""
    for at in range(number):
        is_ahead = at % 30 == 0
        days = world.chance.uniform(1, 5) if is_ahead else 6 + 1_400 * at / number
        told = _convened(world, at, days, decided, events)
        _delegations(told)
        if not is_ahead:
            _sit(told, 4)
        yield told


def long_session(world: World, acts: int) -> Telling:
    """One of ours in which as many statements were made."""
    told = _convened(world, 0, 100, [], [])
    _delegations(told)
    _sit(told, acts // 6)
    return told


def _convened(world: World, at: int, days: float, decided: list[dict[str, str]], events: list[str]) -> Telling:
    owner, begun = world.own if at % 2 == 0 else STATES[1 + at // 2 % 5], world.ago(days)
    invited = list(dict.fromkeys((owner, *STATES[:3])))
    agenda = [
        {
            "id": f"i{one}", "title": {"ru": f"Вопрос {one}", "zh-hans": f"议题 {one}", "en": f"Item {one}"},
            "decision": world.chance.choice(decided) if decided else None,
        }
        for one in range(3)
    ]  # fmt: skip
    said = {
        "body": BODY, "title": {"ru": f"Имитация: холера {at}", "zh-hans": f"模拟：霍乱 {at}", "en": f"Simulated {at}"},
        "starts_at": moment(begun + timedelta(days=6)), "place": {"kind": "video", "text": "https://video.example/1"},
        "languages": ["ru", "zh-hans", "en"], "rule": "", "chair": owner, "invited": invited, "agenda": agenda,
        "event": {"origin": world.own, "id": world.chance.choice(events)} if events else None,
        "brief": {"ru": RU * 4, "zh-hans": ZH * 4, "en": paragraph(400)},
    }  # fmt: skip
    return Telling(world, "session", owner, "convene", said, at=begun, step=1 if days > 5 else 0.1)


def _delegations(told: Telling) -> None:
    for state in told.rows[0].said["invited"]:
        delegates = [
            {"id": f"d{one}", "name": f"Delegate {one} of {state}", "title": "Deputy head", "languages": ["ru"],
             "part": ("head", "alternate", "adviser")[one]}
            for one in range(3)
        ]  # fmt: skip
        told.ordered(state, "delegation", delegates=delegates)


def _sit(told: Telling, statements: int) -> None:
    """Opened, item by item concluded, closed, with minutes that two have approved."""
    states = told.rows[0].said["invited"]
    told.says(told.owner, "open")
    for state in states:
        told.ordered(state, "attend", present=["d0", "d2"])
    for item in told.rows[0].said["agenda"]:
        told.says(told.owner, "take_up", item=item["id"])
        for at in range(statements):
            told.ordered(states[at % len(states)], "speak", item=item["id"], delegate="d0", text=RU)
        told.says(told.owner, "conclude", item=item["id"], outcome={"ru": RU, "zh-hans": ZH}, decision=None)
    told.says(told.owner, "close")
    told.says(told.owner, "minutes", text={"paragraphs": [_paragraph(one) for one in range(PARAGRAPHS)]})
    number = told.number
    for state in states[:2]:
        told.ordered(state, "approve_minutes", number=number)
