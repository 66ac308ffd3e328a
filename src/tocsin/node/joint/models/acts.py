"""Acts on joint objects, as their documents say them."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.joint.acts import Act, Order, Reference
from tocsin.node.alliance.models import Person
from tocsin.node.joint.models.objects import JointObject
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument

__all__ = ["JointAct"]


class JointActQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> Self:
        """As their objects."""
        return self.filter(of__in=JointObject.objects.visible_to(person))


class JointAct(SignedDocument):
    """One document about a joint object. What it says is changed by nobody, but that its words may be destroyed.

    Where it stands in its node's stream is known once it is sealed; of our own, this node looks it up then.
    """

    of = models.ForeignKey(JointObject, models.PROTECT, related_name="acts")
    noun = models.CharField(max_length=12)
    kind = models.CharField(max_length=24)
    said = models.JSONField(default=dict)
    role = models.CharField(max_length=40, help_text="Whose hand it was at its node; `node`: the machine's.")
    name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=43, help_text="Of the document's canonical bytes.")
    epoch = models.PositiveBigIntegerField(null=True)
    number = models.PositiveBigIntegerField(null=True, help_text="In its node's stream; with the epoch its place.")
    order_number = models.PositiveBigIntegerField(null=True, help_text="Of the owner's documents alone.")
    order_previous = models.CharField(max_length=43, blank=True)
    order_at = models.DateTimeField(null=True)
    includes = models.JSONField(default=list)
    classification = models.CharField(max_length=9)
    addressees = models.JSONField(default=list)
    is_astray = models.BooleanField(
        default=False, help_text="Its readers are not the object's: no order can include it."
    )
    told_at = models.DateTimeField(null=True, help_text="When people here were told of it, or nobody had to be.")

    objects = JointActQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("came_at", "id")
        indexes = (models.Index(fields=("of", "order_number"), name="acts_of_an_object"),)

    def __str__(self) -> str:
        return f"{self.origin} {self.noun}.{self.kind}"

    @property
    def act(self) -> Act:
        """As the rules of joint objects see it."""
        order = None
        if self.order_number is not None:
            assert self.order_at is not None
            order = Order(
                self.order_number,
                self.order_previous or None,
                self.order_at,
                tuple(Reference.of(one) for one in self.includes),
            )
        return Act(
            object=self.of.key, id=str(self.document_id), origin=self.origin, digest=self.digest, kind=self.kind,
            said=self.said, recorded_at=self.recorded_at, order=order,
            place=(self.epoch, self.number) if self.epoch is not None and self.number is not None else None,
            language=self.language, role=self.role, name=self.name, noun=self.noun,
        )  # fmt: skip

    @classmethod
    def from_act(cls, act: Act, of: JointObject, **more: object) -> Self:
        """The row of an act."""
        order = act.order
        epoch, number = act.place or (None, None)
        return cls(
            document_id=act.id, of=of, origin=act.origin, noun=act.noun, kind=act.kind, said=dict(act.said),
            role=act.role, name=act.name, digest=act.digest, epoch=epoch, number=number, language=act.language,
            recorded_at=act.recorded_at, came_at=timezone.now(), order_number=order.number if order else None,
            order_previous=(order.previous or "") if order else "", order_at=order.at if order else None,
            includes=[one.as_json() for one in order.includes] if order else [], **more,
        )  # fmt: skip
