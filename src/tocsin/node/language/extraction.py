"""The texts that a person can see, found in the node's Python and templates.

Read by Babel's own scanner of Python; a template first becomes Python of a kind, as Django does
for gettext's programs, which are not needed here.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_python
from django.utils.translation import templatize

__all__ = ["NODE", "Text", "texts"]

NODE = Path(__file__).resolve().parents[1]
_TEMPLATES = {".html", ".txt", ".xml"}
_SKIPPED = {"static", "node_modules", "locale", "migrations", "__pycache__"}
_COMMENT = "Translators:"

# Where in a call the text is (1 is the first argument), "c" marks the context; singular before plural.
_CALLS: dict[str, tuple] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_RENAMED = re.compile(rf"\b({'|'.join(_CALLS)}) as (\w+)")
_NAMED_ANEW = re.compile(rf"^(\w+) = ({'|'.join(_CALLS)})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the code: where it stands, and what its writer tells the translators."""

    singular: str
    plural: str | None
    context: str | None
    file: str
    comments: tuple[str, ...]


def texts(root: Path = NODE) -> Iterator[Text]:
    """Every text marked for translation below a folder, file by file in the order of their names."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if _SKIPPED.intersection(inside.parts):
            continue
        if path.suffix == ".py":
            yield from _python_texts(path.read_text("utf-8"), inside.as_posix())
        elif path.suffix in _TEMPLATES and "templates" in inside.parts:
            yield from _python_texts(_as_python(path), inside.as_posix())


def _as_python(template: Path) -> str:
    """What Django makes of a template for scanners of Python: calls of gettext amid letters X.

    Without indentation, which in templates follows the page and would be an error of Python.
    """
    pretended = templatize(template.read_text("utf-8"), origin=str(template))
    return "\n".join(line.lstrip() for line in pretended.splitlines()) + "\n"


def _python_texts(source: str, file: str) -> Iterator[Text]:
    # A module may have its own name for a call: "from … import gettext as say", or "L = gettext_lazy".
    own = {name: call for call, name in _RENAMED.findall(source)} | dict(_NAMED_ANEW.findall(source))
    calls = _CALLS | {name: _CALLS[call] for name, call in own.items()}
    found = extract_python(io.BytesIO(source.encode()), calls, [_COMMENT], {"encoding": "utf-8"})
    for _, call, arguments, comments in found:
        text = _text(own.get(call, call), arguments, file, tuple(comments))
        if text is not None:
            yield text


def _text(call: str, arguments: str | tuple | list | None, file: str, comments: tuple[str, ...]) -> Text | None:
    """The text of a call; none where it is not written in the call itself (`gettext(name)`)."""
    given = list(arguments) if isinstance(arguments, tuple | list) else [arguments]
    context, *ids = [None, *given]
    if isinstance(_CALLS[call][0], tuple):
        context, *ids = given
    wanted = 2 if "ngettext" in call or "npgettext" in call else 1
    ids = ids[:wanted]
    if len(ids) < wanted or not all(ids) or (context is None and isinstance(_CALLS[call][0], tuple)):
        return None
    if ids[0].endswith("\\"):
        raise ValueError(
            f"{file}: Django's templates cut the text {ids[0]!r} at its escaped quotation mark; "
            "put the text in the other marks"
        )
    return Text(ids[0], ids[1] if wanted == 2 else None, context, file, comments)
