"""Telling people: at once in the browser, and by e-mail in batches, in their own language and time zone."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND
from tocsin.node.alliance.models import Notice, Person

__all__ = ["KINDS", "mail_waiting", "notify", "sentence"]

# One sentence a kind; its values come with the notice. Sentences that count say so in `_counted`.
KINDS: dict[str, Any] = {
    "thread.assigned": gettext_lazy("%(by)s asks you to look at: %(thread)s"),
    "thread.woken": gettext_lazy("Watched, and now it needs a look: %(thread)s"),
    "thread.reported": gettext_lazy("%(by)s reports: %(thread)s"),
    "signals.immediate": gettext_lazy("Needs an answer now: %(thread)s"),
    "signals.new": None,
    "source.late": gettext_lazy("%(source)s is late: expected by %(due)s"),
    "upload.asks": gettext_lazy("A table of %(source)s waits for your answers: %(file)s"),
    "upload.unreadable": gettext_lazy("A table of %(source)s cannot be read: %(file)s"),
    "upload.taken": gettext_lazy("A table of %(source)s was taken: %(file)s"),
    "screening.failed": gettext_lazy("The screening of %(source)s failed; it is tried again tonight"),
    "message.came": gettext_lazy("%(state)s has written to us"),
    "documents.kept_apart": None,
    "proposal.release": gettext_lazy("%(by)s proposes, for a second person to confirm: to take %(subject)s"),
    "proposal.reject": gettext_lazy("%(by)s proposes, for a second person to confirm: not to take %(subject)s"),
    "proposal.erase": gettext_lazy("%(by)s proposes, for a second person to confirm: to have %(subject)s erased"),
    "proposal.settle": gettext_lazy("%(by)s proposes, for a second person to confirm: to go on with %(subject)s"),
    "proposal.epoch": gettext_lazy("%(by)s proposes, for a second person to confirm: to open epoch %(subject)s"),
    "exchange.expiring": gettext_lazy("Runs out on %(day)s: %(what)s"),
    "exchange.expired": gettext_lazy("Ran out on %(day)s: %(what)s"),
    "sharing.confirm": gettext_lazy("%(by)s asks a second person to confirm what is shared of %(source)s"),
    "sharing.stopped": gettext_lazy("Counts of %(source)s were not shared: they need a look"),
    "samples.sent": None,
    "sample.result": gettext_lazy("Sample %(sample)s of %(event)s: %(result)s"),
    "sample.corrected": gettext_lazy("Corrected, sample %(sample)s of %(event)s: %(result)s"),
    "sample.unsuitable": gettext_lazy("Sample %(sample)s of %(event)s cannot be examined"),
    "clock.warned": gettext_lazy("%(clock)s, %(event)s: %(share)s used, %(left)s"),
    "clock.over": gettext_lazy("Over the limit: %(clock)s, %(event)s, %(left)s"),
    "clocks.warned": None,
    "alert.taken": gettext_lazy("%(by)s has what you were called for"),
    "duty.handed_over": gettext_lazy("%(by)s hands the shift over to you"),
    "notification.confirm": gettext_lazy("%(by)s asks a second person to confirm what partners are told of %(event)s"),
    "relevance.came": gettext_lazy("%(state)s says whether an event that we notified concerns it"),
    "relevance.came.several": gettext_lazy("Verdicts of partners on what we notified: %(n)s"),
    "verification.answered": gettext_lazy("%(state)s has answered our question"),
    "verification.answered.several": gettext_lazy("Answers of partners to our questions: %(n)s"),
    "traveller.came": gettext_lazy("%(state)s has sent a message about a traveller"),
    "travellers.came": gettext_lazy("Messages about travellers that came at once: %(n)s"),
    "traveller.answered": gettext_lazy("%(state)s has answered our message about a traveller"),
    "traveller.answered.several": gettext_lazy("Answers about travellers that came at once: %(n)s"),
    "exercise.came": gettext_lazy("EXERCISE, %(exercise)s: %(what)s"),
    "decision.proposed": gettext_lazy("%(state)s proposes: %(decision)s"),
    "decision.asked": gettext_lazy("%(state)s asks for an answer to: %(decision)s"),
    "decision.silence_runs": gettext_lazy("Adopted unless somebody objects: %(decision)s"),
    "decision.amended": gettext_lazy("%(state)s has put another text on the table: %(decision)s"),
    "decision.objected": gettext_lazy("%(state)s objects to: %(decision)s"),
    "decision.objection_lifted": gettext_lazy("%(state)s objects no longer to: %(decision)s"),
    "decision.commented": gettext_lazy("%(state)s has said something of: %(decision)s"),
    "decision.adopted": gettext_lazy("Adopted: %(decision)s"),
    "decision.acceded": gettext_lazy("%(state)s accedes to: %(decision)s"),
    "decision.not_agreed": gettext_lazy("Not agreed: %(decision)s"),
    "decision.withdrawn": gettext_lazy("%(state)s has withdrawn: %(decision)s"),
    "decision.commented.several": gettext_lazy("%(n)s remarks of %(state)s: %(decision)s"),
    "decision.consented": gettext_lazy("%(state)s agrees to: %(decision)s"),
    "decision.consented.several": gettext_lazy("Consents that came to %(decision)s: %(n)s"),
    "decision.stays_out": gettext_lazy("%(state)s stays out of: %(decision)s"),
    "decision.cleared": gettext_lazy("The capital of %(state)s has cleared: %(decision)s"),
    "decision.not_cleared": gettext_lazy(
        "The capital of %(state)s has not cleared, so that it stays out: %(decision)s"
    ),
    "decision.in_force": gettext_lazy("In force: %(decision)s"),
    "decision.lapsed": gettext_lazy("%(state)s says that it has no effect any more: %(decision)s"),
    "decision.revoked": gettext_lazy("%(state)s has revoked: %(decision)s"),
    "decision.reconsidered": gettext_lazy("%(state)s has broken the silence off, and considers again: %(decision)s"),
    "decision.left_out": gettext_lazy("%(state)s does not wait for %(whom)s any more: %(decision)s"),
    "decision.brought_back": gettext_lazy("%(state)s waits for %(whom)s again: %(decision)s"),
    "decision.objection_late": gettext_lazy(
        "Our objection came too late by the order of %(state)s and is on record: %(decision)s"
    ),
    "decision.objected_late": gettext_lazy("%(state)s objects too late, and a person here decides: %(decision)s"),
    "decision.without_effect": gettext_lazy(
        "What we said had no effect by the order of %(state)s; the record says why: %(decision)s"
    ),
    "decision.measure": gettext_lazy("%(state)s has said something of a measure of: %(decision)s"),
    "decision.measure.several": gettext_lazy("%(n)s reports of %(state)s on measures: %(decision)s"),
    "measure.assigned": gettext_lazy("%(state)s gives us a measure: %(measure)s (%(decision)s)"),
    "council.several": gettext_lazy("%(state)s has said more in the Council than is told one by one; look at the list"),
    "session.called": gettext_lazy("%(state)s calls a session: %(body)s, %(when)s"),
    "session.to_call": gettext_lazy("To be called within %(hours)s h: %(body)s, for %(event)s (%(rule)s)"),
    "session.postponed": gettext_lazy("Postponed by %(state)s: %(body)s, now %(when)s"),
    "session.cancelled": gettext_lazy("Cancelled by %(state)s: %(body)s, %(when)s"),
    "session.starts": gettext_lazy("Begins soon: %(body)s, %(when)s"),
    "session.minutes": gettext_lazy("Minutes to be read and approved: %(body)s, %(when)s"),
    "duty.warned": gettext_lazy("%(share)s per cent of the time is used, %(left)s: %(duty)s"),
    "measure.due": gettext_lazy("%(left)s to carry out: %(measure)s"),
    "measure.over": gettext_lazy("Overdue, %(left)s: %(measure)s"),
    "measures.due": gettext_lazy("Measures of ours near their deadline: %(n)s, overdue: %(over)s"),
    "work.failed": gettext_lazy("A piece of the machine’s work failed several times: %(task)s"),
}
MAIL_EVERY = {"hourly": timedelta(hours=1), "daily": timedelta(days=1)}


def notify(people: Iterable[Person], kind: str, *, link: str = "", **values: Any) -> None:
    """One notice a person. Names that differ by language are given as {"en": …, "ru": …, "zh-hans": …}."""
    if kind not in KINDS:
        raise ValueError(f"there is no notice {kind!r}; its sentence belongs in alliance/notices.py")
    Notice.objects.bulk_create([Notice(person=person, kind=kind, values=values, link=link) for person in people])


def sentence(notice: Notice) -> str:
    """What a notice says, in the language that is active now."""
    language = translation.get_language() or "en"
    values = {
        name: value.get(language, value.get("en", "")) if isinstance(value, Mapping) else value
        for name, value in notice.values.items()
    }
    if notice.kind == "signals.new":
        return (
            ngettext(
                "%(n)d new thread of signals in %(source)s", "%(n)d new threads of signals in %(source)s", values["n"]
            )
            % values
        )
    if notice.kind == "samples.sent":
        return (
            ngettext(
                "%(n)d sample of %(event)s is on its way to you",
                "%(n)d samples of %(event)s are on their way to you",
                values["n"],
            )
            % values
        )
    if notice.kind == "clocks.warned":
        return (
            ngettext(
                "%(n)d clock of an event needs a look: %(over)d over its limit",
                "%(n)d clocks of events need a look: %(over)d over their limit",
                values["n"],
            )
            % values
        )
    if notice.kind == "documents.kept_apart":
        return (
            ngettext(
                "%(state)s: %(n)d document waits for people to decide upon it",
                "%(state)s: %(n)d documents wait for people to decide upon them",
                values["n"],
            )
            % values
        )
    return str(KINDS[notice.kind]) % values


def mail_waiting() -> int:
    """Send each person at most one letter an hour, or a day, with all that they have not seen. Returns letters sent."""
    now = timezone.now()
    # Whoever never wants a letter has nothing waiting; what was seen in the browser is not mailed again.
    Notice.objects.filter(mailed_at=None, seen_at__isnull=False).update(mailed_at=now)
    Notice.objects.filter(mailed_at=None, person__notices_by_mail="never").update(mailed_at=now)
    waiting = Notice.objects.filter(mailed_at=None, person__is_active=True)
    people = Person.objects.filter(pk__in=waiting.values("person"))
    return sum(_mail(person, now) for person in people)


def _mail(person: Person, now: Any) -> bool:
    last = Notice.objects.filter(person=person, mailed_at__isnull=False, seen_at=None).order_by("-mailed_at").first()
    if last and now - last.mailed_at < MAIL_EVERY[person.notices_by_mail]:
        return False
    notices = list(Notice.objects.filter(person=person, mailed_at=None).order_by("made_at")[:100])
    if not notices:
        return False
    with translation.override(person.language), timezone.override(person.time_zone or settings.TIME_ZONE):
        lines = [f"• {sentence(notice)}\n  {settings.BASE_URL}{notice.link}" for notice in notices]
        subject = ngettext("Tocsin: %(n)d notice", "Tocsin: %(n)d notices", len(notices)) % {"n": len(notices)}
        lines, subject = ([BAND, *lines], f"{BAND} {subject}") if here().is_exercise else (lines, subject)
        foot = _("How often you get letters is for you to choose: %(link)s") % {"link": f"{settings.BASE_URL}/me/"}
        # Outside any transaction, since a mail server may be slow; marked afterwards, since a letter that comes twice
        # is better than one that never does.
        send_mail(subject, "\n\n".join([*lines, foot]), None, [person.email])
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now)
    return True
