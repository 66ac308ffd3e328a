"""How questions between states stand, by the answers that stand: the same whatever order they came in."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import VerificationAnswer, VerificationRequest
from tocsin.node.notifications.models.verification import LAST

__all__ = ["settle_requests"]

SETTLED = ("standing", "first_answer_at", "answered_at")


def settle_requests(keys: Iterable[UUID], *, is_news: bool = True) -> list[VerificationRequest]:
    """Bring requests, and what was notified that they are about, up to date. A constant number of queries."""
    requests = list(VerificationRequest.objects.filter(pk__in=set(keys)).select_for_update(of=("self",)).order_by("pk"))
    answers: dict[UUID, list[VerificationAnswer]] = defaultdict(list)
    said = VerificationAnswer.objects.filter(request__in=[one.pk for one in requests]).standing()
    for answer in said.order_by("recorded_at", "id").only("request_id", "standing", "recorded_at", "origin"):
        assert answer.request_id is not None, "asked for by its request"
        answers[answer.request_id].append(answer)
    for request in requests:
        given = answers[request.pk]
        request.standing = given[-1].standing if given else ""
        request.first_answer_at = given[0].recorded_at if given else None
        # Of the first that was a last answer: a state that says more later does not become late by it.
        last = [one.recorded_at for one in given if one.standing in LAST]
        request.answered_at = last[0] if last and given[-1].standing in LAST else None
    VerificationRequest.objects.bulk_create(
        requests, update_conflicts=True, unique_fields=["id"], update_fields=SETTLED
    )
    settle({request.about_id for request in requests if request.about_id}, is_news=is_news)
    return requests
