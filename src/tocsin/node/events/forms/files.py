"""Adding a file to an event, and removing one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.files.kinds import KINDS

__all__ = ["FileForm", "RemoveForm"]

ACCEPTED = ",".join(f".{ending}" for kind in KINDS.values() for ending in kind.endings)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), allow_empty_file=True, max_length=200, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )
    note_text = forms.CharField(label=_("Note"), required=False, max_length=300)


class RemoveForm(forms.Form):
    reason = forms.CharField(label=_("Why it is removed"), max_length=500)
