"""What documents that came together share is looked up once for all of them, and anew for the next."""

from contextlib import contextmanager

from tests.exchange.world import World

from tocsin.node.post.examining import once, together


def test_what_is_shared_is_looked_up_once_for_those_that_came_together():
    looked = []

    def look():
        looked.append("places")
        return len(looked)

    with together():
        assert [once("places", look), once("places", look)] == [1, 1]
    with together():
        assert once("places", look) == 2
        assert once(("places", "BO"), lambda: "others") == "others"


def test_for_a_document_that_came_alone_it_is_looked_up_each_time():
    found = iter([1, 2])
    assert [once("places", lambda: next(found)) for _ in range(2)] == [1, 2]


def test_all_documents_of_a_batch_are_examined_together():
    world, told = World(["AL", "BO"]), []
    here = world.nodes["BO"]

    @contextmanager
    def noted():
        told.append("begun")
        yield
        told.append("over")

    examine = here.examine
    here.together, here.examine = noted, lambda document: told.append("one") or examine(document)
    for number in range(3):
        world.post("AL", str(number))
    world.seal("AL", checkpoint=False)
    world.meet("BO", "AL")
    assert told == ["begun", "one", "one", "one", "over"]
