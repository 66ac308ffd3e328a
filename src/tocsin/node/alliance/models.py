"""States, their organisations and people, and what everybody did."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.roles import SECOND_FACTOR, Ability, Role, abilities
from tocsin.node.records import new_id

__all__ = ["AuditEntry", "DutyShift", "Invitation", "Organisation", "Person", "State", "named"]


def named(record: Any) -> str:
    """A record's name in the reader's language; English stands in where one is missing."""
    field = {"ru": "name_ru", "zh-hans": "name_zh"}.get(get_language() or "en", "name_en")
    return getattr(record, field) or record.name_en


class StateQuerySet(models.QuerySet["State"]):
    def of_the_alliance(self) -> "StateQuerySet":
        """States, without the secretariat."""
        return self.exclude(tier=State.Tier.SECRETARIAT)


class State(models.Model):
    """A state of the alliance, as its file names it; never typed in, so that all nodes show the same.

    The alliance's secretariat, which may run a node like a state, is a row of its own tier, and in no list of states.
    """

    class Tier(models.TextChoices):
        MEMBER = "member", _("member state")
        PARTNER = "partner", _("partner")
        GUEST = "guest", _("guest")
        SECRETARIAT = "secretariat", _("secretariat")

    code = models.CharField(max_length=8, primary_key=True)
    tier = models.CharField(max_length=12, choices=Tier)
    suspended = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(help_text="The alliance's own order of its states.")
    name_en = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    tile_row = models.PositiveSmallIntegerField(null=True, help_text="Place on the tile grid.")
    tile_column = models.PositiveSmallIntegerField(null=True)
    is_here = models.BooleanField(default=False, help_text="The state that runs this node.")

    objects = StateQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint(
                fields=("is_here",), condition=models.Q(is_here=True), name="one_state_runs_the_node"
            ),
        )

    def __str__(self) -> str:
        return named(self)


class Organisation(models.Model):
    """A service, hospital, laboratory or post in which people work."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("sanitary and epidemiological service")
        HOSPITAL = "hospital", _("hospital")
        LABORATORY = "laboratory", _("laboratory")
        BORDER_POST = "border_post", _("border post")
        ACADEMY = "academy", _("academy")
        SECRETARIAT = "secretariat", _("secretariat")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.ForeignKey(State, models.PROTECT, related_name="organisations")
    kind = models.CharField(max_length=16, choices=Kind)
    name_en = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200, blank=True)
    name_zh = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    search_key = models.TextField(editable=False, default="")

    class Meta:
        ordering = ("name_en",)

    def __str__(self) -> str:
        return named(self)


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email=email.lower())

    def visible_to(self, person: "Person") -> models.QuerySet["Person"]:
        """Everybody in the directory, for whoever may read it; otherwise oneself."""
        if person.may(Ability.READ_DIRECTORY) or person.may(Ability.MANAGE_PEOPLE):
            return self.get_queryset()
        return self.filter(pk=person.pk)


class Person(AbstractBaseUser):
    """Somebody who signs in. Never deleted, so that what they did keeps its name; `is_active` ends their access."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=150)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people")
    roles = models.JSONField(default=list, help_text="Values of Role.")
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    budget = models.PositiveSmallIntegerField(
        _("threads a week"), default=20, help_text=_("How many threads a week you can look at.")
    )
    notices_by_mail = models.CharField(
        max_length=8,
        choices=(("never", _("never")), ("hourly", _("at most hourly")), ("daily", _("once a day"))),
        default="hourly",
    )
    seen_situation_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    search_key = models.TextField(editable=False, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    objects = PersonManager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def abilities(self) -> frozenset[Ability]:
        return abilities(self.roles) if self.is_active else frozenset()

    def may(self, ability: Ability) -> bool:
        return ability in self.abilities

    @property
    def needs_second_factor(self) -> bool:
        return any(role in SECOND_FACTOR for role in self.roles)

    @property
    def role_names(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles if role in Role.values]


class Invitation(models.Model):
    """A letter that lets one address become one person. The link's secret is kept only as its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=150)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-invited_at",)

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class DutyShift(models.Model):
    """Who answers the telephone between two moments. Shifts of one line never overlap."""

    class Line(models.TextChoices):
        FIRST = "first", _("first on call")
        SECOND = "second", _("second on call")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="shifts")
    line = models.CharField(max_length=8, choices=Line, default=Line.FIRST)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%F %R}"


class AuditEntry(models.Model):
    """One thing that somebody did. Appended in the act's own transaction; triggers refuse any change or deletion.

    Each entry carries the digest of the one before, so that one taken out of a copy of the database is missed.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="None: the machine itself.")
    by_name = models.CharField(max_length=150, help_text="As it was then.")
    act = models.CharField(max_length=60, db_index=True, help_text="noun.verb, as in signal.triaged")
    target_type = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=64, blank=True, db_index=True)
    target_name = models.CharField(max_length=250, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.by_name} {self.act} {self.target_name}"


class AuditHead(models.Model):
    """The digest of the last audit entry: the one row that is locked while an entry is appended."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64, default="0" * 64)


class Notice(models.Model):
    """Something a person is told, in the browser at once and by e-mail in batches, in their own language.

    `kind` names the sentence and `values` fill it when it is shown, so that one row serves every language.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
        indexes = (
            models.Index(fields=("person", "seen_at", "-made_at"), name="notices_of_a_person"),
            models.Index(fields=("made_at",), condition=models.Q(mailed_at=None), name="notices_to_mail"),
        )

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id}"


class ApiToken(models.Model):
    """What a program signs in with: a person's own powers or fewer. Shown once, kept only as its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(default=list, help_text="Values of Ability.")
    digest = models.CharField(max_length=64, unique=True)
    ends = models.CharField(max_length=6, help_text="Last characters, to tell tokens apart.")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()


class IdempotencyKey(models.Model):
    """A call of the API that was answered: the same key gets the same answer, and does nothing twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE)
    key = models.CharField(max_length=120)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="one_answer_a_key"),)

    def __str__(self) -> str:
        return self.key
