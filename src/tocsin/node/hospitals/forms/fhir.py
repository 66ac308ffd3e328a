"""A Bundle that is given to be looked at, and what of it is to be kept."""

import json
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from tocsin.fhir.bundles import MOST_BYTES

__all__ = ["BundleForm", "kept_of", "seal_of"]

SALT = "tocsin.hospital.fhir"
HOURS = 4


class BundleForm(forms.Form):
    bundle = forms.FileField(
        label=_("FHIR Bundle (R4B, JSON)"), help_text=_("Up to 4 MB. Nothing is kept before you have seen it."),
    )  # fmt: skip

    def clean_bundle(self) -> bytes:
        given = self.cleaned_data["bundle"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 4 MB. Export this hospital alone."))
        content: bytes = given.read()
        return content


def seal_of(kept: dict[str, Any]) -> str:
    """What a page gives back when the person agrees: as it was shown, and not otherwise."""
    return signing.dumps(json.dumps(kept), salt=SALT, compress=True)


def kept_of(seal: str) -> dict[str, Any] | None:
    """What was shown; None for what no page has shown, or a page of long ago."""
    try:
        found: dict[str, Any] = json.loads(signing.loads(seal, salt=SALT, max_age=HOURS * 3600))
    except (signing.BadSignature, ValueError):
        return None
    return found
