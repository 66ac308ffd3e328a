"""Why a file is not taken. A code for whoever words it in a language; an English sentence for everybody else.

Neither repeats anything of the file: what is in it may be about a patient.
"""

__all__ = ["SENTENCES", "RefusedFile"]

SENTENCES = {
    "empty": "The file is empty.",
    "too-large": "The file is larger than 100 MB. Send a part of it, or a smaller picture.",
    "name-other": "By its bytes it is {kind}; its name says “.{ending}”. Give it the name of what it is.",
    "ending-unknown": (
        "Files whose names end in “.{ending}” are not taken. Send JPEG, PNG, WebP, PDF, DOCX, TXT or CSV."
    ),
    "unknown": "Its bytes are of no kind that is taken. Send JPEG, PNG, WebP, PDF, DOCX, TXT or CSV.",
    "program": "It is a program, whatever its name says.",
    "archive": "It is an archive. Send the files that are in it, one by one.",
    "old-office": "It is of an old form of Office, or locked by a password. Save it as PDF, without a password.",
    "office-other": "It is a table or slides of Office. Save it as PDF, or the table as CSV.",
    "rtf": "It is RTF, which can carry programs. Save it as DOCX or PDF.",
    "heic": "It is a HEIC picture of a telephone. Set the camera to “most compatible”, or save it as JPEG.",
    "gif": "It is a GIF. Save the picture as PNG.",
    "tiff": "It is a TIFF. Save the picture as PNG or JPEG, or its pages as PDF.",
    "svg": "It is an SVG, which can carry scripts. Save the picture as PNG.",
    "page": "It is a web page or another text with markup, which can carry scripts. Save it as PDF.",
    "video": "It is a film or a sound. Send single pictures.",
    "dicom": "It is DICOM. Series of pictures are not taken yet; save single pictures as PNG or JPEG.",
    "two-at-once": "It is two kinds of file at once: something else is hidden in it. Save it anew.",
    "behind-the-end": "Something is hidden after the end of the file, or its end is missing. Save it anew.",
    "damaged": "The file is cut off or damaged. Save it anew.",
    "picture-too-large": "The picture has more than {most} million points. Save it smaller.",
    "picture-moves": "The picture moves, or holds several. Save a single one.",
    "pdf-script": "The PDF carries a script, a program or another file. Print it to a new PDF, and send that.",
    "pdf-locked": "The PDF is locked by a password. Save it without one.",
    "pdf-form": "The PDF is a form to fill in. Print it to a new PDF, and send that.",
    "pdf-inline": "A photograph is written into the drawing of a page. Print the PDF to a new one, and send that.",
    "pdf-pages": "The PDF has more than {most} pages. Send the pages that matter.",
    "unpacks": "The file unpacks to more than such a file holds. Save it anew, or as PDF.",
    "macros": "The document has macros, programs or other documents in it. Save it as PDF.",
    "docx-picture": "A picture in the document is of a kind that cannot be cleaned. Save the document as PDF.",
    "encoding": "Some of the text’s letters cannot be read. Save it as UTF-8.",
}


class RefusedFile(ValueError):
    """The file is not taken: which `code` of SENTENCES, and the values in its sentence."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code, self.values = code, values
        super().__init__(SENTENCES[code].format(**values))
