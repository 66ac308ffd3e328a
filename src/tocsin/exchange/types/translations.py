"""`translation` 1: the texts of one version of a document in another language. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.addressing import check_not_about_itself
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_translation"]

LINES = {"subject"}


def check_translation(document: Document, context: Context, found: Found) -> None:
    """Find a translation of itself, texts that are not plain, and a language that is not that of its head."""
    body = document.body
    check_not_about_itself(document, body["of"], "/body/of", found)
    if body["language"] != document.language:
        said = say("language-of-head", language=body["language"], head=document.language)
        found.document("contradiction", said, "/body/language")
    for name, text in body["texts"].items():
        pointer = f"/body/texts/{name}"
        if name == "questions":
            for index, one in enumerate(text):
                check_text(one, f"{pointer}/{index}", found)
        else:
            check_text(text, pointer, found, paragraphs=name not in LINES)
