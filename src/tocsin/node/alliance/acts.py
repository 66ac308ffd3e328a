"""What each act of the audit is called, as one reads it after who did it: "Amina – took a table".

The audit keeps the act's code, which never changes; the words are the reader's. A test compares this list with the
acts that the sources record.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["ACTS", "act_named"]

ACTS: dict[str, Any] = {
    # people and how they sign in
    "person.signed_in": _("signed in"),
    "person.signed_out": _("signed out"),
    "person.sign_in_refused": _("a sign-in by this address was refused"),
    "person.second_factor_added": _("added a second factor"),
    "person.second_factor_removed": _("removed a second factor"),
    "person.second_factor_renewed": _("made new recovery codes"),
    "person.second_factor_refused": _("a second factor was refused"),
    "person.password_changed": _("changed the password"),
    "person.sessions_ended": _("ended sessions"),
    "person.account_changed": _("changed the account"),
    "person.added": _("added a person"),
    "person.roles_changed": _("changed a person’s roles"),
    "person.access_ended": _("ended a person’s access"),
    "person.access_given": _("gave a person access again"),
    "organisation.added": _("added an organisation"),
    "invitation.sent": _("invited a person"),
    "invitation.accepted": _("accepted an invitation"),
    "invitation.withdrawn": _("withdrew an invitation"),
    "duty.assigned": _("put a person on duty"),
    "duty.removed": _("removed a shift of duty"),
    "token.made": _("made an API token"),
    "token.ended": _("ended an API token"),
    "alliance.loaded": _("loaded the alliance’s file"),
    # the exchange
    "exchange.joined": _("joined the exchange"),
    "message.written": _("wrote to partners"),
    "sharing-rule.added": _("added a rule of sharing"),
    "sharing-rule.changed": _("changed a rule of sharing"),
    "sharing-rule.confirmed": _("confirmed a rule of sharing"),
    "sharing-rule.switched_on": _("put a rule of sharing into use"),
    "sharing-rule.switched_off": _("took a rule of sharing out of use"),
    "counts.shared": _("shared counts with partners"),
    "sharing.stopped": _("counts were not shared"),
    "counts.taken_from_partner": _("took counts that a partner shares"),
    "source.made_for_partner": _("made a source of what a partner shares"),
    "proposal.made": _("proposed what a second person decides"),
    "proposal.withdrawn": _("took back a proposal"),
    "proposal.lapsed": _("a proposal lapsed"),
    "document.released": _("agreed to take what was kept apart"),
    "document.rejected": _("agreed not to take what was kept apart"),
    "documents.erased": _("agreed to have a document erased everywhere"),
    "documents.returned": _("had documents of this node back that the copy did not know"),
    "evidence.settled": _("agreed to go on with a partner that signed two histories"),
    "epoch.opened": _("agreed to open the next epoch"),
    # diseases, places, sources
    "diseases.loaded": _("loaded diseases and their rules"),
    "disease.matched": _("said which disease a table means"),
    "rule.added": _("added a fixed rule"),
    "rule.switched_on": _("switched a fixed rule on"),
    "rule.switched_off": _("switched a fixed rule off"),
    "rules.exported": _("exported the rules"),
    "places.loaded": _("loaded places"),
    "places.imported": _("imported a table of places"),
    "places.exported": _("exported places"),
    "place.added": _("added a place"),
    "place.changed": _("changed a place"),
    "place.matched": _("said which place a table means"),
    "place.alias_added": _("gave a place another name"),
    "place.alias_removed": _("removed another name of a place"),
    "source.added": _("added a source"),
    "source.changed": _("changed a source"),
    "source.switched_on": _("switched a source on"),
    "source.switched_off": _("switched a source off"),
    "source.break_added": _("added a break to a source"),
    "source.break_removed": _("removed a break of a source"),
    "sources.exported": _("exported sources"),
    "quality.exported": _("exported figures of data quality"),
    # tables and counts
    "upload.received": _("sent a table"),
    "upload.options_set": _("said how a table is to be read"),
    "upload.confirmed": _("asked for a table to be taken"),
    "upload.taken": _("took a table"),
    "upload.not_taken": _("a table could not be taken"),
    "upload.cancelled": _("put a table aside"),
    "upload.undo_asked": _("asked for a table to be undone"),
    "upload.undone": _("undid a table"),
    "uploads.exported": _("exported the list of tables"),
    "upload.problems_exported": _("exported a table’s problems"),
    "counts.exported": _("exported counts"),
    "series.exported": _("exported counts"),
    # screenings, signals, threads
    "screening.asked": _("asked for a screening"),
    "screening.done": _("screened a source"),
    "screening.failed": _("a screening failed"),
    "screenings.exported": _("exported the list of screenings"),
    "signal.reported": _("reported a signal"),
    "thread.assign": _("assigned a thread"),
    "thread.triage": _("marked a thread as triaged"),
    "thread.discard": _("discarded a thread"),
    "thread.watch": _("put a thread on watch"),
    "thread.verify": _("took a thread into verification"),
    "thread.verified": _("concluded that a thread is verified"),
    "thread.refuted": _("concluded that a thread is refuted"),
    "thread.unverifiable": _("concluded that a thread cannot be verified"),
    "thread.reopen": _("reopened a thread"),
    "threads.woken": _("brought watched threads back"),
    "thread.exported": _("exported a thread’s signals"),
    "signals.exported": _("exported threads"),
    "known-cause.added": _("wrote down a known cause"),
    "known-cause.withdrawn": _("withdrew a known cause"),
    "situation.reported": _("took a situation report"),
    "situation.exported": _("exported a table of the situation"),
}


def act_named(act: str) -> str:
    """The act in the reader's language; its code where a later release knew it and this one does not."""
    return str(ACTS.get(act, act))
