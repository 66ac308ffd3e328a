"""Codes of files in the reader's language: why one is refused, what was left away, what was found where."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.node.files.models import Upload

__all__ = ["LEFT_AWAY", "REFUSALS", "found_at", "left_away", "refusal"]

_t = gettext_lazy
REFUSALS: Mapping[str, Any] = {
    "empty": _t("The file is empty."),
    "too-large": _t("The file is larger than 100 MB. Send a part of it, or a smaller picture."),
    "name-other": _t("By its bytes it is %(kind)s; its name says “.%(ending)s”. Give it the name of what it is."),
    "ending-unknown": _t(
        "Files whose names end in “.%(ending)s” are not taken. Send JPEG, PNG, WebP, PDF, DOCX, TXT or CSV."
    ),
    "unknown": _t("Its bytes are of no kind that is taken. Send JPEG, PNG, WebP, PDF, DOCX, TXT or CSV."),
    "program": _t("It is a program, whatever its name says."),
    "archive": _t("It is an archive. Send the files that are in it, one by one."),
    "old-office": _t("It is of an old form of Office, or locked by a password. Save it as PDF, without a password."),
    "office-other": _t("It is a table or slides of Office. Save it as PDF, or the table as CSV."),
    "rtf": _t("It is RTF, which can carry programs. Save it as DOCX or PDF."),
    "heic": _t("It is a HEIC picture of a telephone. Set the camera to “most compatible”, or save it as JPEG."),
    "gif": _t("It is a GIF. Save the picture as PNG."),
    "tiff": _t("It is a TIFF. Save the picture as PNG or JPEG, or its pages as PDF."),
    "svg": _t("It is an SVG, which can carry scripts. Save the picture as PNG."),
    "page": _t("It is a web page or another text with markup, which can carry scripts. Save it as PDF."),
    "video": _t("It is a film or a sound. Send single pictures."),
    "dicom": _t("It is DICOM. Series of pictures are not taken yet; save single pictures as PNG or JPEG."),
    "two-at-once": _t("It is two kinds of file at once: something else is hidden in it. Save it anew."),
    "behind-the-end": _t("Something is hidden after the end of the file, or its end is missing. Save it anew."),
    "damaged": _t("The file is cut off or damaged. Save it anew."),
    "picture-too-large": _t("The picture has more than %(most)s million points. Save it smaller."),
    "picture-moves": _t("The picture moves, or holds several. Save a single one."),
    "pdf-script": _t("The PDF carries a script, a program or another file. Print it to a new PDF, and send that."),
    "pdf-locked": _t("The PDF is locked by a password. Save it without one."),
    "pdf-form": _t("The PDF is a form to fill in. Print it to a new PDF, and send that."),
    "pdf-inline": _t("A photograph is written into the drawing of a page. Print the PDF to a new one, and send that."),
    "pdf-pages": _t("The PDF has more than %(most)s pages. Send the pages that matter."),
    "unpacks": _t("The file unpacks to more than such a file holds. Save it anew, or as PDF."),
    "macros": _t("The document has macros, programs or other documents in it. Save it as PDF."),
    "docx-picture": _t("A picture in the document is of a kind that cannot be cleaned. Save the document as PDF."),
    "encoding": _t("Some of the text’s letters cannot be read. Save it as UTF-8."),
}
LEFT_AWAY: Mapping[str, Any] = {
    "exif": _t("what the camera wrote"),
    "position": _t("where it was taken"),
    "xmp": _t("notes of programs"),
    "icc": _t("the colour profile"),
    "comment": _t("a comment in the picture"),
    "photoshop": _t("notes of programs"),
    "text": _t("texts in the picture’s file"),
    "further-pictures": _t("further pictures in the file"),
    "behind-the-end": _t("what stood behind its end"),
    "metadata": _t("who made it, when and with what"),
    "properties": _t("who made it, when and with what"),
    "thumbnail": _t("a small preview"),
    "attachments": _t("files in the file"),
    "bookmarks": _t("bookmarks"),
    "form": _t("the form"),
    "tags": _t("invisible descriptions"),
    "actions": _t("what happens when it is opened"),
    "layers": _t("layers that can be hidden"),
    "earlier-revisions": _t("earlier versions"),
    "comments": _t("comments and links"),
    "links": _t("addresses of links"),
    "changes": _t("tracked changes"),
    "variables": _t("hidden fields"),
    "template": _t("where its template lies"),
    "mail-merge": _t("a list of addresses"),
    "custom-data": _t("hidden data of programs"),
    "building-blocks": _t("building blocks"),
    "hidden-text": _t("hidden text"),
    "picture-names": _t("names of pictures"),
    "identifiers": _t("words that say who the patient is"),
}
KINDS: Mapping[str, Any] = {
    "name": pgettext_lazy("in a text", "a name"),
    "birth_date": pgettext_lazy("in a text", "a date of birth"),
    "number": pgettext_lazy("in a text", "a number of a document or record"),
    "telephone": pgettext_lazy("in a text", "a telephone number"),
    "address": pgettext_lazy("in a text", "an address"),
    "email": pgettext_lazy("in a text", "an e-mail address"),
}


def refusal(upload: Upload) -> str:
    """Why an upload was refused."""
    sentence = REFUSALS.get(upload.reason)
    return str(sentence) % upload.values if sentence is not None else ""


def left_away(upload: Upload) -> list[str]:
    """What was written beside the file and does not leave; each thing once."""
    return list(dict.fromkeys(str(LEFT_AWAY[code]) for code in upload.left_away if code in LEFT_AWAY))


def found_at(upload: Upload) -> list[str]:
    """What seems to say who the patient is, and where; never the words themselves."""
    sentences = {"page": _("%(what)s on page %(n)d"), "paragraph": _("%(what)s in paragraph %(n)d")}
    return [
        sentences[where] % {"what": KINDS[kind], "n": number}
        for where, number, kind in upload.flagged
        if where in sentences and kind in KINDS
    ]
