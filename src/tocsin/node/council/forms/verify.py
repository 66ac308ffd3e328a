"""A file that somebody wants verified. It is looked at, and kept nowhere."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tocsin.joint.sealed.form import MIB, SUFFIX, Bounds, is_sealed_decision
from tocsin.node.surveillance.intake.receiving import shown_name

__all__ = ["BOUNDS", "MOST_BYTES", "VerifyForm"]

MOST_BYTES = 8 * MIB
# While somebody waits for the answer: some seconds of work, whatever the file holds. The command takes larger ones.
BOUNDS = Bounds(
    size=MOST_BYTES, documents=4_000, manifests=8_000, values=150_000, signatures=10_000, opened=32 * MIB
)  # fmt: skip
# How files begin that are something else, and what they are.
BEGINNINGS = (
    (b"%PDF", _("a PDF")), (b"PK\x03\x04", _("an archive, or a document of an office program")),
    (b"\x89PNG", _("a picture")), (b"\xff\xd8\xff", _("a picture")), (b"\x1f\x8b", _("an archive")),
    (b"MZ", _("a program")), (b"\x7fELF", _("a program")), (b"<", _("a page or other marked-up text")),
    (b"\xd0\xcf\x11\xe0", _("a document of an office program")),
)  # fmt: skip


class VerifyForm(forms.Form):
    file = forms.FileField(
        label=_("Sealed decision"), allow_empty_file=True, max_length=200,
        widget=forms.FileInput(attrs={"accept": SUFFIX}), help_text=_("A file whose name ends in .tocsin-decision"),
    )  # fmt: skip

    def clean_file(self) -> tuple[str, bytes]:
        """Its name and its bytes. Raises ValidationError for one that is too large, empty, or something else."""
        given: UploadedFile = self.cleaned_data["file"]
        name = shown_name(given.name or "")
        if given.size is None or given.size > MOST_BYTES:
            said = gettext("“%(name)s” is larger than %(most)d MB, and was not read. Use “tocsin exchange verify”.")
            raise forms.ValidationError(said % {"name": name, "most": MOST_BYTES >> 20})
        data = given.read()
        if not data:
            raise forms.ValidationError(gettext("“%(name)s” is empty.") % {"name": name})
        if what := next((what for start, what in BEGINNINGS if data.startswith(start)), None):
            said = gettext("“%(name)s” is no sealed decision, whatever its name says: it is %(what)s.")
            raise forms.ValidationError(said % {"name": name, "what": what})
        if not is_sealed_decision(data, name=name):
            raise forms.ValidationError(
                gettext("“%(name)s” is no sealed decision. Give the file that a node made, whole.") % {"name": name}
            )
        return name, data
