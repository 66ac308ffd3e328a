"""Who is called or told when something comes. More than a few at once are told in one: a node that was cut off for
weeks does not call people a thousand times.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.alerts import raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.events.vocabulary.reading import words
from tocsin.node.notifications import links
from tocsin.node.notifications.models import (
    Notification,
    NotifiedEvent,
    Relevance,
    VerificationAnswer,
    VerificationRequest,
)
from tocsin.node.post.telling import names_of, people_who

__all__ = ["of_answers", "of_notifications", "of_relevance", "of_requests"]

MOST = 20
LANGUAGES = ("en", "ru", "zh-hans")
Names = dict[str, str]


def of_notifications(new: Sequence[Notification]) -> None:
    """Call people for what is the last word of its event, unless they are being called for an earlier one already."""
    keys = {row.of_id for row in new}
    heads = list(NotifiedEvent.objects.filter(pk__in=keys, is_ours=False).select_related("disease"))
    ids = {row.pk for row in new}
    calling = _called_for([head.pk for head in heads])
    heads = [head for head in heads if head.latest_id in ids and head.pk not in calling]
    if len(heads) > MOST:
        _call_once(
            "notifications.came",
            "notifications",
            max(str(one.latest_id) for one in heads),
            len(heads),
            links.NOTIFICATIONS,
        )
        return
    names = names_of({head.origin for head in heads})
    statuses = words()["notification_status"]
    for head in heads:
        raise_alert(
            kind="notification.came", subject_type="notification", subject_id=head.latest_id,
            link=links.notified_event(head.pk),
            values={
                "state": names[head.origin],
                "disease": _disease(head),
                "place": _place(head),
                "status": {language: statuses[head.status].in_language(language) for language in LANGUAGES},
            },
        )  # fmt: skip


def of_requests(new: Sequence[VerificationRequest]) -> None:
    """Call people for questions."""
    asked = [row for row in new if not row.is_ours]
    if len(asked) > MOST:
        _call_once(
            "verifications.asked", "verifications", max(str(row.pk) for row in asked), len(asked), links.VERIFICATIONS
        )
        return
    names = names_of({row.origin for row in asked})
    for row in asked:
        raise_alert(
            kind="verification.asked", subject_type="verification-request", subject_id=row.pk,
            link=links.verification(row.pk), values={"state": names[row.origin]},
        )  # fmt: skip


def of_answers(new: Sequence[VerificationAnswer]) -> None:
    """Tell whoever answers partners of answers to what we asked."""
    mine = [row for row in new if row.request is not None and row.request.is_ours]
    told = [(row.origin, links.verification(row.request_id)) for row in mine if row.request_id]
    _notify(people_who(Ability.ANSWER_PARTNERS) if mine else [], "verification.answered", told, links.VERIFICATIONS)


def of_relevance(new: Sequence[Relevance]) -> None:
    """Tell whoever notifies of verdicts on what we notified."""
    mine = [row for row in new if row.of_id is not None and not row.is_ours]
    told = [(row.origin, links.notified_event(row.of_id)) for row in mine if row.of_id]
    _notify(people_who(Ability.NOTIFY) if mine else [], "relevance.came", told, links.NOTIFICATIONS)


def _called_for(heads: Sequence[UUID]) -> set[UUID]:
    """Events that people are being called for now, because of one of their versions."""
    versions = dict(Notification.objects.filter(of__in=heads).values_list("pk", "of"))
    by_subject = {str(pk): of for pk, of in versions.items()}
    subjects = Alert.objects.open().filter(kind="notification.came", subject_id__in=list(by_subject))
    return {by_subject[subject] for subject in subjects.values_list("subject_id", flat=True)}


def _call_once(kind: str, subject_type: str, subject_id: str, number: int, link: str) -> None:
    raise_alert(kind=kind, subject_type=subject_type, subject_id=subject_id, link=link, values={"n": number})


def _notify(people: Sequence[Person], kind: str, told: Sequence[tuple[str, str]], link: str) -> None:
    if len(told) > MOST:
        notify(people, f"{kind}.several", link=link, n=len(told))
        return
    names = names_of({origin for origin, _ in told})
    for origin, where in told:
        notify(people, kind, link=where, state=names[origin])


def _disease(head: NotifiedEvent) -> Names:
    one = head.disease
    if one is not None:
        return {"en": one.name_en, "ru": one.name_ru, "zh-hans": one.name_zh}
    return dict.fromkeys(LANGUAGES, head.disease_code) if head.disease_code else UNKNOWN


UNKNOWN = {"en": "disease not known yet", "ru": "болезнь пока не установлена", "zh-hans": "疾病尚不明确"}


def _place(head: NotifiedEvent) -> Names:
    if not head.places:
        return dict.fromkeys(LANGUAGES, "")
    place: Mapping[str, Any] = head.places[0]
    code = place["code"]
    names = place["names"]
    return {
        "en": names["en"] or code,
        "ru": names["ru"] or names["en"] or code,
        "zh-hans": names["zh"] or names["en"] or code,
    }
