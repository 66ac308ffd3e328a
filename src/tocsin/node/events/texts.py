"""Free text that people type, refused here by the rules under which partners would refuse it later."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.language.formats import whole

__all__ = ["LONGEST_TEXT", "checked", "checked_texts", "said_against"]

LONGEST_TEXT = 5_000
WHY = {
    "bidi-control": gettext_lazy("it holds invisible characters that can make it read as something else; type it anew"),
    "markup": gettext_lazy("it holds markup such as “<b>”, and texts are plain"),
}

AGAINST = {
    "bidi-control": gettext_lazy(
        "This text holds invisible characters that can make it read as something else. Type it anew."
    ),
    "markup": gettext_lazy("This text holds markup such as “<b>”. Texts are plain: take it out."),
}


def checked(text: str, *, longest: int = LONGEST_TEXT, name: str = "", paragraphs: bool = True) -> str:
    """The text without space around it. Raises ActRefused, naming the text where there are several.

    paragraphs  whether it may have lines
    """
    text = text.replace("\r\n", "\n").strip()
    name = name or _("The text")
    if len(text) > longest:
        raise ActRefused(
            _("%(name)s: it is too long; %(n)d characters are the most, and it has %(has)d.")
            % {"name": name, "n": longest, "has": len(text)}
        )
    found = Found()
    check_text(text, "/text", found, paragraphs=paragraphs)
    for finding in found.findings():
        raise ActRefused(_("%(name)s: %(why)s.") % {"name": name, "why": WHY[finding.code]})
    return text


def said_against(text: str, *, longest: int, paragraphs: bool = True) -> str:
    """For whoever still writes: the sentence for which `checked` would refuse the text; nothing for a sound one."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > longest:
        said = _("This text is too long; %(most)s characters are the most, and it has %(has)s.")
        return said % {"most": whole(longest), "has": whole(len(text))}
    found = Found()
    check_text(text, "/text", found, paragraphs=paragraphs)
    return next((str(AGAINST[finding.code]) for finding in found.findings()), "")


def checked_texts(texts: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Several texts by member, empty ones left out; `names` are what people call them. Raises ActRefused."""
    done = {key: checked(text, name=str(names.get(key, key))) for key, text in texts.items()}
    return {key: text for key, text in done.items() if text}
