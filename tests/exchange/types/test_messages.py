"""Messages: plain words to other focal points, with what they answer and what they are about."""

import pytest
from tests.exchange.specimens import EARLIER, ID
from tests.exchange.types.bodies import found, message, of_document


def test_a_message_may_answer_another_and_name_what_it_is_about():
    about = [{"id": EARLIER, "origin": "BO"}, {"id": ID, "origin": "BO"}]
    assert not found(message(in_reply_to=EARLIER, about=about))


def test_a_message_does_not_answer_itself():
    assert of_document(found(message(in_reply_to=ID))) == [("contradiction", "/body/in_reply_to")]


@pytest.mark.parametrize(
    "about",
    [
        [{"id": EARLIER}],
        [{"id": "1", "origin": "BO"}],
        [{"id": EARLIER, "origin": "bo"}],
        [{"id": EARLIER, "origin": "BO", "title": "x"}],
        [{"id": EARLIER, "origin": "BO"}] * 2,
        [{"id": EARLIER, "origin": f"B{number}"} for number in range(10, 31)],
    ],
)
def test_references_are_of_their_form_each_once_and_at_most_twenty(about):
    assert found(message(about=about)).codes == {"schema"}


@pytest.mark.parametrize("reply", ["", ID.upper(), ID + "\n", 5])
def test_a_reply_names_an_identifier(reply):
    assert of_document(found(message(in_reply_to=reply))) == [("schema", "/body/in_reply_to")]
