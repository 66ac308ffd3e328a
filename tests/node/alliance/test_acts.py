"""Every act that the sources record has its words, and no words are left of acts that nothing records."""

import ast
from pathlib import Path

from django.utils import translation

import tocsin.node
from tocsin.exchange.types.registry import TYPES
from tocsin.joint.acts import NOUNS
from tocsin.node.alliance.acts import ACTS, act_named
from tocsin.node.events.timeline import SENTENCES
from tocsin.node.post.actions.carrying_out import ACTS as TWO
from tocsin.node.surveillance.threads.states import Act

SOURCES = Path(tocsin.node.__file__).parent
CALLS = {"record": 0, "audited": 1}  # position of the act among the arguments
# Where the act is a variable: which values it has.
BY_NAME = {"upload.taken", "upload.undone"} | {f"thread.{act}" for act in Act} | {act.audited for act in TWO.values()}
BY_NAME |= {f"event.{act}" for act in SENTENCES}
BY_NAME |= {
    f"{noun}.{act}" for noun in NOUNS for act in TYPES[noun, 1].schema["$defs"][f"{noun}_act"]["enum"]
}  # fmt: skip


def recorded() -> set[str]:
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (position := CALLS.get(_name(node))) is not None:
                given = node.args[position : position + 1]
                found |= {
                    part.value for one in given for part in ast.walk(one)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value.rstrip(".")
                }  # fmt: skip
    return found


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_act_that_is_recorded_has_its_words_and_no_others_have():
    assert recorded() | BY_NAME == set(ACTS)


def test_an_act_is_named_in_the_readers_language_and_an_unknown_one_by_its_code():
    assert act_named("upload.taken") == "took a table"
    with translation.override("ru"):
        assert act_named("upload.taken") != "took a table"
    assert act_named("council.convened") == "council.convened"
