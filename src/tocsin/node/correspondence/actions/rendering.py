"""Having the operator's machine put a letter into another language: asked for by a reader, marked, kept here alone."""

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.models import Letter, MachineRendering
from tocsin.node.correspondence.refusals import ActRefused
from tocsin.node.notifications.machine import by_machine
from tocsin.node.notifications.translation_settings import machine

__all__ = ["render_letter", "why_no_rendering"]

# What documents call a language, and what machines do.
CALLED = {"zh-hans": "zh", "zh-hant": "zh"}


def why_no_rendering(letter: Letter, language: str) -> str:
    """Why no machine may put this letter into that language: empty if one may."""
    there = machine()
    if there is None:
        return _("This node has no translation machine.")
    if not there.may_have(letter.classification, no_onward_sharing=True):
        return _("Letters must not be given to the translation machine: the state has not allowed it.")
    if letter.language == language:
        return _("The letter is written in this language.")
    return ""


def render_letter(letter: Letter, *, language: str, by: Person) -> MachineRendering:
    """What the machine makes of a letter; asked for once a language. The machine is called outside any transaction.

    Raises ActRefused where no machine may have it, or it gives nothing, and where the person does not read the letter.
    """
    check(by, Ability.CORRESPOND)
    now = Letter.objects.visible_to(by).readable().filter(pk=letter.pk).first()
    if now is None:
        raise ActRefused(_("There is no such letter here, or its words were erased."))
    made = MachineRendering.objects.filter(letter=now, language=language).first()
    if made is not None:
        return made
    there = machine()
    if (why := why_no_rendering(now, language)) or there is None:
        raise ActRefused(why)
    source, target = (CALLED.get(one, one) for one in (now.language, language))
    texts = by_machine(there, [now.subject, now.text], source=source, target=target)
    with transaction.atomic():
        # Erased while the machine was at work: then nothing of it is kept.
        if not Letter.objects.readable().select_for_update().filter(pk=now.pk).exists():
            raise ActRefused(_("There is no such letter here, or its words were erased."))
        row, is_new = MachineRendering.objects.get_or_create(
            letter=now, language=language, defaults={"subject": texts[0], "text": texts[1], "by": by}
        )
        if is_new:
            audit.record("letter.machine_translated", now, by=by, language=language)
    return row
