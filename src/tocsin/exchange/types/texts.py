r"""Texts that people will read: nothing invisible, no markup.

Invisible and direction-changing characters make a text read as something that it does not say (Boucher and Anderson
2021, "Trojan Source"), or carry what nobody sees. Three kinds are spelling where their script needs them, and stay
there: joiners between letters of Arabic, Persian, the Indian scripts and their like; Mongolian selectors after
Mongolian letters; the selector of an emoji after a symbol. Right-to-left letters need no control characters: they have
their direction.

Letters of different scripts that look alike are not refused: a Russian text with a Latin abbreviation, or a Chinese one
with a name in Cyrillic, is normal here, and nothing in the exchange is recognised by how a text looks. Nodes are known
by their keys; places and diseases by ASCII codes.

Plain text may say "under 5 years, p < 0.05". It is taken for markup where HTML would begin a tag: `<` right before a
letter, `/`, `!` or `?`, in the wide forms too; also character references, which a careless reader decodes into such,
and script addresses.
"""

import re

from tocsin.exchange.saying import Saying, say
from tocsin.exchange.types.findings import Found, member_of

__all__ = ["check_text"]

_JOINED = "\u0620-\u0dff\u1000-\u109f\u1780-\u17d3\u1820-\u18aa\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
SPELLING = re.compile(
    f"(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
    "|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
    "|(?<=[\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])\ufe0f"
)
MARKUP = re.compile(
    "[<\uff1c\ufe64][/!?\uff0f\uff01\uff1f]?[A-Za-z\uff21-\uff3a\uff41-\uff5a]|<[/!?]"
    "|&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});"
)
SCRIPT = re.compile("(?:java|vb)script[\\s]*:|data:text/html", re.IGNORECASE)
BREAKS = re.compile("[\t\n]")


def check_text(text: str, pointer: str, found: Found, *, paragraphs: bool = False) -> None:
    """Find what a text may not hold. Tabs and line feeds only where the text has `paragraphs`."""
    for match in INVISIBLE.finditer(text):
        if not SPELLING.match(text, match.start()):
            found.document("bidi-control", _place("invisible", match, pointer), pointer)
            break
    if not paragraphs and (line := BREAKS.search(text)):
        found.document("bidi-control", _place("line-break", line, pointer), pointer)
    if tag := _markup(text):
        found.document("markup", _place("begins-markup", tag, pointer, sign=tag[0][:12]), pointer)


def _markup(text: str) -> re.Match[str] | None:
    """The first sign of markup. Most texts have none of the characters that it takes, and are not searched."""
    if any(sign in text for sign in "<\uff1c\ufe64&") and (tag := MARKUP.search(text)):
        return tag
    lowered = text.lower()
    return SCRIPT.search(text) if "script" in lowered or "data:" in lowered else None


def _place(name: str, match: re.Match[str], pointer: str, **more: str) -> Saying:
    """Where it stands. The character is named, never repeated: the sentence is shown to people too."""
    character, text = f"U+{ord(match[0][0]):04X}", member_of(pointer)
    return say(name, character=character, at=match.start() + 1, text=text, **more)
