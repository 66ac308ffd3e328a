"""Minutes as a session's own acts would have them, in each language, for a person to go on from."""

from django.utils.translation import gettext as _

from tocsin.joint.sessions.state import Session
from tocsin.node.alliance.naming import in_order, named, names
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import colon, enumerated, long_moment, phrases

__all__ = ["drafted", "standing"]


def drafted(session: Session) -> dict[str, str]:
    """The same paragraphs in each language of the interface: what it was, who was there, items and outcomes."""
    return in_each_language(lambda: "\n\n".join(_paragraphs(session)))


def _paragraphs(session: Session) -> list[str]:
    what = phrases([body_name(session.body), long_moment(session.opened.at if session.opened else session.starts_at)])
    known = names(session.invited)
    people = [
        f"{known[state]} ({enumerated(there)})"
        for state in in_order(session.invited)
        if (there := _there(session, state))
    ]
    found = [
        _("Minutes: %(session)s") % {"session": what},
        _("In the chair: %(state)s.") % {"state": named([session.chair])},
        _("Present: %(people)s.") % {"people": enumerated(people)} if people else _("Nobody said who was present."),
    ]
    for number, item in enumerate(session.agenda, 1):
        title = in_reader_language(item.title)
        outcome = " ".join(in_reader_language(item.outcome).split())
        said = outcome or (_("not concluded") if item.taken_up else _("not taken up"))
        found.append(f"{number}. {title}{colon()}{said}")
    return found


def _there(session: Session, state: str) -> list[str]:
    """Whoever of a state was there at any time, those too who were replaced."""
    every = session.attendances.get(state, ())
    return list(dict.fromkeys(delegate.name for one in every for delegate in one.present))


def standing(session: Session) -> dict[str, str]:
    """The last minutes as they would be typed, by language."""
    text = session.minutes[-1].text
    return {
        language: "\n\n".join(one.texts[language].text for one in text.paragraphs if language in one.texts)
        for language in text.languages
    }
