"""How much of what is asked for is covered, as a bar: four shares by their places and patterns, not by colour alone."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tocsin.joint.assistance.units import Packing
from tocsin.node.assistance.pages.quantities import number, quantity
from tocsin.node.language.formats import percent, phrases

__all__ = ["Coverage"]

WIDTH, HEIGHT = 96, 12


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one item, in its unit: delivered ≤ delivered and on its way ≤ accepted; offered counts what was accepted."""

    requested: Fraction
    offered: Fraction
    accepted: Fraction
    moving: Fraction
    delivered: Fraction
    packing: Packing

    @classmethod
    def of(cls, row: Any) -> "Coverage":
        """As a row of an item has it."""
        figures = (row.requested, row.offered, row.accepted, row.moving, row.delivered)
        return cls(*map(Fraction, figures), Packing(row.unit, row.pack_size))

    @property
    def asked(self) -> str:
        return quantity(self.requested, self.packing)

    @property
    def short(self) -> Fraction:
        """What nobody has been accepted for."""
        return max(self.requested - self.accepted, Fraction())

    @property
    def per_cent(self) -> str:
        """Accepted over asked for, rounded down: 100 means wholly."""
        return percent(int(self.accepted * 100 // self.requested) if self.requested else 0)

    @property
    def numbers(self) -> dict[str, str]:
        """Each as a number without its unit."""
        figures = {
            "offered": self.offered, "accepted": self.accepted, "moving": self.moving, "delivered": self.delivered,
            "short": self.short,
        }  # fmt: skip
        return {name: number(value) for name, value in figures.items()}

    @property
    def bar(self) -> SafeString:
        """Delivered is full, on its way hatched, accepted light, offered only outlined."""
        ends = [self.delivered, self.delivered + self.moving, self.accepted, max(self.offered, self.accepted)]
        kinds = ("delivered", "moving", "accepted", "offered")
        shares, begin = [], Fraction()
        for kind, end in zip(kinds, ends, strict=True):
            until = min(max(end / self.requested, begin), Fraction(1)) if self.requested else begin
            if until > begin:
                shares.append((kind, f"{float(begin) * WIDTH:.1f}", f"{float(until - begin) * WIDTH:.1f}", HEIGHT - 2))
            begin = until
        drawn = format_html_join("", '<rect class="cover-{}" x="{}" y="1" width="{}" height="{}"/>', shares)
        return format_html(
            '<svg class="cover" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">'
            '<rect class="cover-all" x="0.5" y="0.5" width="{iw}" height="{ih}"/>{drawn}</svg>',
            w=WIDTH, h=HEIGHT, iw=WIDTH - 1, ih=HEIGHT - 1, label=self.in_words, drawn=drawn,
        )  # fmt: skip

    @property
    def in_words(self) -> str:
        """The same as a sentence, for those who cannot see it."""
        said = self.numbers
        parts = [
            _("offered %(n)s") % {"n": said["offered"]}, _("accepted %(n)s") % {"n": said["accepted"]},
            _("on its way %(n)s") % {"n": said["moving"]}, _("delivered %(n)s") % {"n": said["delivered"]},
        ]  # fmt: skip
        return _("of %(asked)s: %(parts)s") % {"asked": number(self.requested), "parts": phrases(parts)}
