"""Addresses of letters between hospitals: a thread is open to those who read it, a draft and a group to one person."""

from tests.node.access_doors import Door, form, page

from tocsin.node.alliance.roles import Ability

__all__ = ["API_OF_LETTERS", "PAGES_OF_LETTERS"]

WRITES = Ability.CORRESPOND
THREAD, LETTER = {"pk": "@letter_thread"}, {"pk": "@letter"}
DRAFT, GROUP = {"pk": "@letter_draft"}, {"pk": "@letter_group"}
OWN, TAKEN_AWAY = [200, 404], [302, 404]
# A token that may write letters and nothing else has no box: it is nobody of a hospital.
IN_A_BOX = [Ability.CONSULT, Ability.COORDINATE, Ability.KEEP_HOSPITAL]

PAGES_OF_LETTERS: dict[str, Door] = {
    "letters": page(WRITES),
    "new_letter": page(WRITES),
    "letter_drafts": page(WRITES),
    "letter_groups": page(WRITES),
    "letter_preference": form(WRITES),
    "letter_thread": page(WRITES, **THREAD),
    "letter_machine": form(WRITES, **LETTER),
    "answer_letter": form(WRITES, **LETTER),
    "translate_letter": form(WRITES, **LETTER),
    "letter_draft": page(WRITES, **DRAFT, done=OWN),
    "letter_group": page(WRITES, **GROUP, done=OWN),
    "give_up_letter_draft": form(WRITES, **DRAFT, done=TAKEN_AWAY),
    "delete_letter_group": form(WRITES, **GROUP, done=TAKEN_AWAY),
}
API_OF_LETTERS: dict[str, Door] = {
    "letter_threads": page(WRITES),
    "letter_thread": page(WRITES, sees=IN_A_BOX, thread_id="@letter_thread"),
    "open_thread": form(WRITES, sees=IN_A_BOX, thread_id="@letter_thread", done=[200]),
    "post_letter": form(WRITES, data={}, done=[422]),
    "post_answer": form(WRITES, letter_id="@letter", data={}, done=[422]),
}
