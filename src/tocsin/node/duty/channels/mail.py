"""A letter at once, beside the batches in which notices go."""

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tocsin.node.alliance.models import Person
from tocsin.node.duty.channels.outcome import Job, Outcome
from tocsin.node.duty.words import Words

__all__ = ["Mail"]

PATIENCE = 15  # seconds of a mail server
TO_A_FOLDER = "django.core.mail.backends.filebased.EmailBackend"


class Mail:
    """By the node's mail server."""

    def prepare(self, person: Person, words: Words) -> Job:
        """A letter of two lines."""
        subject = f"{words.mark} · {words.title}" if words.mark else words.title
        body = "\n\n".join(part for part in (words.mark, words.text, words.url) if part)
        # Some programs show letters of one subject as one, and only the first with a sound.
        headers = {"Message-ID": make_msgid(domain="tocsin"), "X-Priority": "1", "Importance": "high"}
        letter = EmailMessage(subject, body, None, [person.email], headers=headers)
        return lambda: _sent(letter)


def _sent(letter: EmailMessage) -> Outcome:
    try:
        # The limit is asked for here: Django's own letters may wait longer than a person on duty.
        letter.connection = get_connection(timeout=PATIENCE)
        letter.send()
    except smtplib.SMTPRecipientsRefused:
        return Outcome("refused", "the address was refused")
    except TimeoutError:
        return Outcome("too_slow", f"{PATIENCE} s", passing=True)
    except (smtplib.SMTPException, OSError) as problem:
        return Outcome("unreachable", type(problem).__name__, passing=True)
    return Outcome("no_mail_server") if settings.EMAIL_BACKEND == TO_A_FOLDER else Outcome()
