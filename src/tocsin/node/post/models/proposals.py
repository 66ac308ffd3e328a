"""What takes two people: one proposes an act of the exchange, another confirms it, and only then is it done."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.records import new_id

__all__ = ["NEEDS", "Proposal"]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, person: Person) -> "ProposalQuerySet":
        """All, for whoever sees how the exchange stands; what they may do with one is another question."""
        return self if person.may(Ability.READ_EXCHANGE) else self.none()

    def open(self) -> "ProposalQuerySet":
        """Neither done nor withdrawn. What each is about may have changed since: then it has lapsed."""
        return self.filter(done_at=None, withdrawn_at=None)

    def done(self) -> "ProposalQuerySet":
        """Confirmed by a second person, and done."""
        return self.exclude(done_at=None)


class Proposal(models.Model):
    """An act that one person proposes and another confirms. A row never goes; it ends done, withdrawn, or lapsed.

    Lapsed is one whose subject changed before a second person had looked: nobody agreed to what it would do now.
    """

    class What(models.TextChoices):
        RELEASE = "release", _("take what was kept apart")
        REJECT = "reject", _("not take what was kept apart")
        ERASE = "erase", _("have documents erased everywhere")
        SETTLE = "settle", _("go on with a partner that signed two histories")
        EPOCH = "epoch", _("open the next epoch")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    what = models.CharField(max_length=8, choices=What)
    subject = models.CharField(
        max_length=100, help_text="Of a document: its manifest and number; a node; or an epoch's number."
    )
    subject_name = models.CharField(max_length=900, help_text="The same, as people read it.")
    stands = models.CharField(max_length=100, help_text="How the subject stood; when that is another, it has lapsed.")
    options = models.JSONField(default=dict, help_text="What else the act is told.")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: it lapsed.")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("subject",),
                condition=models.Q(done_at=None, withdrawn_at=None),
                name="one_open_proposal_a_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("by")),
                name="nobody_confirms_their_own_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None, confirmed_by=None)
                | models.Q(done_at__isnull=False, confirmed_by__isnull=False, withdrawn_at=None),
                name="what_is_done_was_confirmed",
            ),
        )
        indexes = (models.Index(fields=("subject", "done_at"), name="what_was_decided_of_a_subject"),)

    def __str__(self) -> str:
        return f"{self.what} {self.subject_name}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None

    @property
    def state(self) -> str:
        """Its name in look/states.py."""
        if self.done_at:
            return "done"
        if self.withdrawn_at:
            return "withdrawn" if self.withdrawn_by_id else "lapsed"
        return "waits_for_a_second"


W = Proposal.What
NEEDS: dict[str, Ability] = {
    W.RELEASE: Ability.DECIDE_QUARANTINE,
    W.REJECT: Ability.DECIDE_QUARANTINE,
    W.ERASE: Ability.MANAGE_EXCHANGE,
    W.SETTLE: Ability.MANAGE_EXCHANGE,
    W.EPOCH: Ability.MANAGE_EXCHANGE,
}
