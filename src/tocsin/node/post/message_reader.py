"""Messages that come: kept as they were written, and told to whoever answers for the state."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.models import Message

__all__ = ["MessageReader"]

PAGES = "tocsin.node.post.views.messages"  # alone: the addresses of all pages cost the courier a second and 80 MiB


class MessageReader:
    """`reading.TypeReader` for messages."""

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Keep each, once; tell people of those that are new."""
        known = _known(documents)
        again = [document.id for document, _ in documents if document.id in known]
        # One that was withdrawn and has come back by the true branch of its stream stands again.
        Message.objects.filter(pk__in=again, erased_at=None).update(withdrawn_at=None)
        new = [_message(document) for document, _ in documents if document.id not in known]
        _keep(new)
        self._tell(new)

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """They are among what was sent again. Who wrote them was known in this node alone, and is lost."""
        known = _known(documents)
        _keep([_message(document, is_ours=True) for document, _ in documents if document.id not in known])

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay, marked as void."""
        Message.objects.filter(pk__in=_ids(entries), is_ours=False).update(withdrawn_at=timezone.now())

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their words go; that there was a message stays."""
        Message.objects.filter(pk__in=_ids(entries)).update(subject="", text="", erased_at=timezone.now())

    def _tell(self, new: Sequence[Message]) -> None:
        if not new:
            return
        readers = [person for person in Person.objects.filter(is_active=True) if person.may(Ability.WRITE_MESSAGES)]
        states = State.objects.in_bulk([message.origin for message in new])
        for message in new:
            state = states.get(message.origin)
            names = {"en": state.name_en, "ru": state.name_ru, "zh-hans": state.name_zh} if state else message.origin
            # Notices also go by e-mail: what was written stays in the node.
            link = reverse("message", urlconf=PAGES, args=[message.pk])
            notify(readers, "message.came", link=link, state=names)


def _known(documents: Sequence[tuple[Document, Entry]]) -> set[str]:
    found = Message.objects.filter(pk__in=[document.id for document, _ in documents])
    return set(map(str, found.values_list("pk", flat=True)))


def _keep(new: Sequence[Message]) -> None:
    _join_conversations(new)
    Message.objects.bulk_create(new)
    for message in new:
        if message.in_reply_to:  # answers to it may have been here before it, as a conversation of their own
            Message.objects.filter(conversation=message.pk).update(conversation=message.conversation)


def _message(document: Document, *, is_ours: bool = False) -> Message:
    return Message(
        id=document.id,
        origin=document.origin,
        is_ours=is_ours,
        classification=document.classification,
        addressees=list(document.addressees),
        subject=document.body["subject"],
        text=document.body["text"],
        language=document.language,
        in_reply_to=document.body["in_reply_to"],
        conversation=document.id,
        no_onward_sharing=document.no_onward_sharing,
        is_exercise=document.exercise,
        written_at=document.recorded_at,
    )


def _join_conversations(new: Sequence[Message]) -> None:
    """Put each answer into the conversation of what it answers, if that is here, or comes in the same batch."""
    wanted = {message.in_reply_to for message in new if message.in_reply_to}
    found = dict(Message.objects.filter(pk__in=wanted).values_list("pk", "conversation"))
    conversations = {str(key): conversation for key, conversation in found.items()}
    for message in new:  # in the order in which they were written
        if message.in_reply_to:
            message.conversation = conversations.get(str(message.in_reply_to), message.in_reply_to)
        conversations[str(message.pk)] = message.conversation


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.document_id for entry in entries if entry.document_id is not None]
