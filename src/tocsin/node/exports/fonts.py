"""Fonts of documents: Noto Sans and Noto Sans SC from the front end's packages, and what the machine has.

The build of the front end copies them into FOLDER; they are used only on the server and never sent to a browser.
"""

import re
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from tocsin.node.exports.columns import ExportRefused

__all__ = ["FOLDER", "families", "folders", "found", "refuse_if_illegible"]

FOLDER = Path(__file__).parent / "fonts"

_LATIN = ("Noto Sans", "Arial", "Liberation Sans", "DejaVu Sans")
_CHINESE = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimSun",
)
_LAST = ("Libertinus Serif",)  # inside typst itself; has Cyrillic
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def folders() -> list[str]:
    """Where fonts are looked for before the machine's own places."""
    return [str(FOLDER)] if FOLDER.is_dir() else []


@cache
def found() -> typst.Fonts:
    """All fonts there are; looked for once in a process."""
    return typst.Fonts(font_paths=folders())


@cache
def families() -> list[str]:
    """Those of them to set text in, the best first."""
    there = set(found().families())
    return [family for family in (*_LATIN, *_CHINESE, *_LAST) if family in there]


def refuse_if_illegible(*texts: str) -> None:
    """Raise ExportRefused if there is Chinese in the texts and no font to print it."""
    if any(family in _CHINESE for family in families()) or not any(_HAN.search(text) for text in texts):
        return
    raise ExportRefused(
        _(
            "This document has Chinese text, and this machine has no font for it: the page would show empty boxes. "
            "Ask the administrator to build the front end, which brings Noto Sans SC; until then take CSV or XLSX."
        )
    )
