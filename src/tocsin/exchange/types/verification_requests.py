"""`verification-request` 1: whether something heard is true (IHR, Article 10). docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.types.addressing import check_not_about_itself
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_moment
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.table_rules import disease_problem
from tocsin.exchange.types.texts import check_text

__all__ = ["check_verification_request"]


def check_verification_request(document: Document, context: Context, found: Found) -> None:
    """Find a question about itself, one to be answered before it was put, and texts that are not plain.

    Its places are those of the state that is asked, which the node that examines need not know.
    """
    body = document.body
    check_not_about_itself(document, body["about"], "/body/about", found)
    if body["disease"] is not None and (problem := disease_problem(body["disease"], context)):
        found.document(*problem, "/body/disease")
    check_text(body["what_is_heard"], "/body/what_is_heard", found, paragraphs=True)
    for index, question in enumerate(body["questions"]):
        check_text(question["text"], f"/body/questions/{index}/text", found)
    check_moment(document, body["answer_by"], "/body/answer_by", found, past=False)
