"""What every store must do with streams, batches and documents. `store_contract` has the rest."""

from dataclasses import replace

import pytest
from tests.exchange.store_scenes import (
    AL,
    AL2,
    AL_PUBLIC,
    AL_TO,
    BO,
    NOW,
    PARCEL,
    batch,
    chain,
    entry,
    identifier,
    numbers,
)

from tocsin.exchange import suite
from tocsin.exchange.store import Head, Reason, State


class StreamsContract:
    """A part of StoreContract."""

    # Streams and batches

    def test_an_empty_store_knows_nothing(self, store):
        assert (store.heads(), store.head(AL), store.entry(AL, 1), store.entries(stream=AL)) == ({}, None, None, [])
        assert store.batches(AL, after=0, documents=10, size=10) == list(store.manifests(AL)) == []
        assert store.batch_of(batch().manifest.digest) is store.batch_at(AL, 1) is None
        assert store.signers([batch().manifest.digest]) == {}
        assert (store.known("AL", [identifier(AL, 1)]), store.cut(AL, after=0)) == ({}, [])
        store.drop_item(AL, 1)

    def test_a_batch_moves_its_streams_head_and_no_other(self, store):
        one, _, three = chain(store)
        other = chain(store, AL2, [4])[0]
        assert store.head(AL) == Head(6, three.manifest.digest, one.manifest.digest)
        assert store.heads() == {AL: store.head(AL), AL2: Head(4, other.manifest.digest, other.manifest.digest)}
        assert store.head(AL_TO) is store.head(BO) is None

    @pytest.mark.parametrize("wrong", ["again", "beside", "gap", "number", "previous", "before"])
    def test_a_batch_that_does_not_follow_is_refused_and_changes_nothing(self, store, wrong):
        one = batch()
        two = batch(AL, b"eyJ 3", after=one)
        beside = batch(AL, b"eyJ other", after=one)
        offered = {
            "again": two,
            "beside": beside,
            "gap": batch(AL, after=batch(AL, *[b"eyJ"] * 3, after=one)),
            "number": batch(AL, after=two, first=9),
            "previous": batch(AL, after=beside),
            "before": batch(AL, b"eyJ first"),
        }[wrong]
        for made in (one, two):
            store.append(made, signers=["key"])
        before = store.heads()
        with pytest.raises(ValueError, match="does not follow document 3"):
            store.append(offered, signers=["key"])
        assert store.heads() == before
        assert len(list(store.manifests(AL))) == 2
        if wrong != "again":
            assert store.batch_of(offered.manifest.digest) is None

    def test_a_stream_begins_with_its_first_document(self, store):
        with pytest.raises(ValueError, match="does not follow document 0"):
            store.append(batch(AL, after=batch()), signers=["key"])
        assert store.heads() == {}

    def test_a_batch_comes_back_as_it_went_in(self, store):
        odd = batch(
            AL, b"eyJ\x00\xff", None, b"", b"eyJ" * 70_000, b"eyJ", None, parcels={"BO": PARCEL | {"iv": "\x00é"}}
        )
        store.append(odd, signers=["b", "a", "b"])
        assert store.batch_of(odd.manifest.digest) == odd
        assert store.batches(AL, after=0, documents=1, size=1) == [odd]
        assert store.signers([odd.manifest.digest]) == {odd.manifest.digest: {"a", "b"}}
        bare = batch(AL, None, after=odd, parcels={})
        store.append(bare, signers=[])
        assert store.batch_of(bare.manifest.digest) == bare

    def test_pages_hold_whole_batches_up_to_so_many_documents(self, store):
        made = chain(store, counts=[2, 3, 1, 4])

        def page(after, documents):
            return store.batches(AL, after=after, documents=documents, size=1_000_000)

        assert page(0, 1) == page(0, 2) == made[:1]
        assert page(0, 3) == page(0, 5) == made[:2]
        assert page(0, 6) == made[:3]
        assert page(0, 1_000) == made
        assert page(2, 1) == made[1:2]
        assert page(3, 1) == page(4, 3) == made[1:2]  # the batch that has what follows, whole
        assert page(5, 2) == made[2:]
        assert page(10, 5) == []

    def test_pages_end_once_they_hold_so_many_bytes(self, store):
        made = chain(store, counts=[2, 2, 2])
        size = made[0].size
        assert store.batches(AL, after=0, documents=100, size=1) == made[:1]
        assert store.batches(AL, after=0, documents=100, size=size) == made[:1]
        assert store.batches(AL, after=0, documents=100, size=size + 1) == made[:2]

    def test_manifests_come_in_order_without_what_they_name(self, store):
        made = chain(store, counts=[1] * 250, entries=False)
        found = list(store.manifests(AL))
        assert [one.manifest for one in found] == [one.manifest for one in made]
        assert found[0] == replace(made[0], items=[None], parcels={})
        assert [one.manifest.first for one in store.manifests(AL, after=247)] == [248, 249, 250]

    def test_a_chain_can_be_cut_while_it_is_walked(self, store):
        chain(store, counts=[1] * 150, entries=False)
        for one in store.manifests(AL):
            if one.manifest.first == 120:
                store.cut(AL, after=119)
                break
        assert store.head(AL).last == 119

    def test_a_batch_is_found_by_its_manifest_and_by_its_documents(self, store):
        one, two, _ = chain(store)
        assert store.batch_of(two.manifest.digest) == two
        found = [store.batch_at(AL, number) for number in (1, 2, 3, 5)]
        assert [at.manifest for at in found] == [one.manifest, one.manifest, two.manifest, two.manifest]
        assert found[0].items == [None, None]
        assert found[0].parcels == {}
        assert store.batch_at(AL, 0) is store.batch_at(AL, 7) is store.batch_at(AL2, 1) is None

    def test_what_was_withheld_is_filled_in_and_what_is_there_stays(self, store):
        one = batch(AL, b"eyJ 1", None, None)
        store.append(one, signers=["key"])
        digest = one.manifest.digest
        store.complete(digest, {1: b"no", 2: b"eyJ 2", 9: b"no"}, {"CE": {"iv": "new"}, "DO": PARCEL})
        whole = store.batch_of(digest)
        assert whole.items == [b"eyJ 1", b"eyJ 2", None]
        assert whole.parcels == {"BO": PARCEL, "CE": {"iv": "new"}, "DO": PARCEL}
        store.complete(digest, {3: b"eyJ 3"}, {})
        assert store.batch_of(digest).items == [b"eyJ 1", b"eyJ 2", b"eyJ 3"]
        after = batch(AL, after=one)
        store.append(after, signers=["key"])
        size = store.batch_of(digest).size
        assert len(store.batches(AL, after=0, documents=100, size=size)) == 1
        assert len(store.batches(AL, after=0, documents=100, size=size + 1)) == 2
        with pytest.raises(KeyError):
            store.complete(suite.digest(b"another"), {}, {})

    # Documents

    def test_a_document_comes_back_as_it_went_in(self, store):
        (one,) = chain(store, counts=[4], entries=False)
        reasons = (Reason("suppression", "", 3), Reason("schema", "not \x00 холера 😀 \ud83d"))
        given = [
            entry(one, 1, reasons=reasons),
            entry(one, 2, State.LOCKED, document=None, key=None, document_id=None, type=None),
            entry(one, 3, State.QUARANTINED, document=b"\x28\xb5\x2f\xfd not a frame", document_id=None, type=None),
            entry(one, 4, State.OWN, key=None, document=b""),
        ]
        store.put_entries(given)
        assert [store.entry(AL, number) for number in range(1, 5)] == store.entries(stream=AL) == given
        assert store.entry(AL, 5) is store.entry(BO, 1) is None

    def test_what_is_recorded_again_is_changed(self, store):
        (one,) = chain(store, counts=[2])
        changed = entry(one, 2, State.HELD, document=b"{}", reasons=(Reason("type-unknown", ""),))
        store.put_entries([entry(one, 2, State.QUARANTINED), changed])
        assert store.entries(stream=AL) == [entry(one, 1), changed]
        store.put_entries([])

    def test_documents_are_listed_by_stream_number_and_state(self, store):
        def places(**which):
            return [(one.stream, one.number) for one in store.entries(**which)]

        for stream in (BO, AL_TO, AL2, AL):
            made = chain(store, stream, [2, 2])
            store.put_entries([entry(made[1], 3, State.HELD)])
        streams = [AL, AL_TO, AL2, BO]
        assert places() == [(stream, number) for stream in streams for number in (1, 2, 3, 4)]
        assert places(most=6) == places()[:6]
        assert places(state=State.HELD) == [(stream, 3) for stream in streams]
        assert places(state=State.HELD, most=2, after=2) == [(AL, 3), (AL_TO, 3)]
        assert places(stream=AL2, after=1, most=2) == [(AL2, 2), (AL2, 3)]
        assert places(stream=AL2, state=State.ACCEPTED, after=1) == [(AL2, 2), (AL2, 4)]
        assert places(stream=AL2, after=4) == places(state=State.LOCKED) == []

    def test_documents_are_known_by_the_identifier_under_which_they_were_accepted(self, store):
        (one,) = chain(store, counts=[5], entries=False)
        states = [State.OWN, State.ACCEPTED, State.HELD, State.QUARANTINED, State.REPEATED]
        store.put_entries([entry(one, number, state) for number, state in enumerate(states, 1)])
        ids = [identifier(AL, number) for number in range(1, 9)]
        assert store.known("AL", ids) == {ids[at]: store.entry(AL, at + 1) for at in (0, 1)}
        assert store.known("BO", ids) == store.known("AL", []) == {}

    def test_a_document_stays_known_whatever_becomes_of_it(self, store):
        (one,) = chain(store, counts=[2])
        held = entry(one, 1, State.HELD)
        store.put_entries([held])
        store.drop_item(AL, 2)
        assert store.known("AL", [identifier(AL, 1), identifier(AL, 2)]) == {
            identifier(AL, 1): held,
            identifier(AL, 2): store.entry(AL, 2),
        }

    def test_an_identifier_means_the_document_that_was_accepted_last(self, store):
        one, two = chain(store, counts=[1, 2], entries=False)
        same = identifier(AL, 1)
        store.put_entries([entry(one, 1), entry(two, 2, State.REPEATED, document_id=same)])
        assert store.known("AL", [same])[same].number == 1
        store.put_entries([entry(two, number, document_id=same) for number in (2, 3)])
        assert store.known("AL", [same])[same].number == 3
        assert store.entry(AL, 1).state is State.ACCEPTED
        store.cut(AL, after=1)
        assert store.known("AL", [same]) == {}

    def test_as_many_documents_as_a_manifest_covers_are_known_at_once(self, store):
        chain(store, counts=[1_200])
        ids = [identifier(AL, number) for number in range(1, 1_300)]
        assert [found.number for found in store.known("AL", ids).values()] == list(range(1, 1_201))

    # Erasure

    def test_an_erased_document_loses_text_key_and_parcels_and_goes_on_being_carried(self, store):
        (one,) = chain(store, counts=[3])
        before = store.entry(AL, 2)
        store.drop_item(AL, 2)
        assert store.entry(AL, 2) == replace(before, state=State.ERASED, document=None, key=None)
        assert store.batch_of(one.manifest.digest) == replace(one, parcels={})
        assert [store.entry(AL, number).state for number in (1, 3)] == [State.ACCEPTED] * 2
        store.drop_item(AL, 2)
        store.drop_item(AL, 4)
        assert store.batch_of(one.manifest.digest).items == one.items

    def test_an_erased_public_document_is_withheld_from_then_on(self, store):
        (one,) = chain(store, AL_PUBLIC, [300])
        after = batch(AL_PUBLIC, after=one)
        store.append(after, signers=["key"])
        for number in (1, 150, 300):
            store.drop_item(AL_PUBLIC, number)
        left = store.batch_of(one.manifest.digest)
        assert [at for at, item in enumerate(left.items) if item is None] == [0, 149, 299]
        assert left.items[1:149] == one.items[1:149]
        assert store.batches(AL_PUBLIC, after=0, documents=1_000, size=left.size) == [left]
        assert store.batches(AL_PUBLIC, after=0, documents=1_000, size=left.size + 1) == [left, after]

    def test_what_was_set_aside_of_a_document_is_erased_with_it_and_nothing_else(self, store):
        _, two = chain(store, counts=[1, 2])
        _, public = chain(store, AL_PUBLIC, [1, 2])
        store.cut(AL, after=1)
        store.cut(AL_PUBLIC, after=1)
        store.drop_set_aside("BO", "members", [identifier(AL, 2)])
        store.drop_set_aside("AL", "members", [identifier(AL, 1), identifier(AL, 2)])
        store.drop_set_aside("AL", "public", [identifier(AL_PUBLIC, 3)])
        assert store.entry(AL, 1).state is State.ACCEPTED, "it is in use"
        store.append(two, signers=["key"])  # to see what is left of it
        store.append(public, signers=["key"])
        gone, stays = store.entry(AL, 2), store.entry(AL, 3)
        assert (gone.state, gone.document, gone.key) == (State.ERASED, None, None)
        assert (stays.state, stays.document is None, stays.key is None) == (State.WITHDRAWN, False, False)
        assert [store.entry(AL_PUBLIC, number).state for number in (2, 3)] == [State.WITHDRAWN, State.ERASED]

    def test_what_is_only_carried_can_be_erased(self, store):
        (one,) = chain(store, AL_PUBLIC, [2], entries=False)
        store.drop_item(AL_PUBLIC, 1)
        assert store.batch_of(one.manifest.digest).items == [None, one.items[1]]
        assert store.entry(AL_PUBLIC, 1) is None

    # Where keys end

    def test_what_is_cut_is_no_longer_in_use_and_is_kept(self, store):
        one, two, three = chain(store)
        others = chain(store, BO, [2])
        stood = [store.entry(AL, number) for number in range(3, 7)]
        assert store.cut(AL, after=2) == stood
        assert store.head(AL) == Head(2, one.manifest.digest, one.manifest.digest)
        assert store.batch_of(two.manifest.digest) is store.batch_at(AL, 3) is store.entry(AL, 3) is None
        assert store.batches(AL, after=0, documents=100, size=10_000) == [one]
        assert [found.number for found in store.entries(stream=AL)] == [1, 2]
        assert set(store.known("AL", [identifier(AL, number) for number in range(1, 7)])) == {
            identifier(AL, 1),
            identifier(AL, 2),
        }
        assert store.signers([three.manifest.digest]) == {three.manifest.digest: {"key"}}
        assert store.entries(state=State.WITHDRAWN) == []
        assert store.head(BO).manifest == others[-1].manifest.digest

    def test_what_was_cut_is_found_as_evidence(self, store):
        _, two, _ = chain(store)
        chain(store, BO, [2])
        stood = store.entry(AL, 4)
        wanted = [identifier(AL, number) for number in (2, 4, 9)]
        assert store.set_aside("AL", wanted) == {}
        assert store.batch_set_aside(two.manifest.digest) is None
        store.cut(AL, after=2)
        assert store.set_aside("AL", wanted) == {identifier(AL, 4): replace(stood, state=State.WITHDRAWN)}
        assert store.set_aside("BO", wanted) == {}
        assert store.batch_set_aside(two.manifest.digest) == two
        assert store.batch_set_aside("A" * 43) is None

    def test_a_batch_is_cut_whole(self, store):
        one, _, _ = chain(store, entries=False)
        assert store.cut(AL, after=4) == []
        assert store.head(AL) == Head(2, one.manifest.digest, one.manifest.digest)
        store.cut(AL, after=2)
        assert store.head(AL).last == 2

    def test_a_stream_that_is_cut_at_its_beginning_may_begin_otherwise(self, store):
        chain(store)
        store.cut(AL, after=0)
        assert store.heads() == {}
        other = batch(AL, b"eyJ other")
        store.append(other, signers=["key"])
        assert store.head(AL) == Head(1, other.manifest.digest, other.manifest.digest)
        assert store.entry(AL, 1) is None

    def test_a_batch_that_was_cut_may_come_back(self, store):
        one, two, _ = chain(store)
        store.cut(AL, after=2)
        again = replace(two, items=[two.items[0], None, two.items[2]], parcels={"DO": PARCEL})
        store.append(again, signers=["other"])
        store.put_entries([entry(again, number) for number in numbers(again)])
        assert store.batch_of(two.manifest.digest) == again
        assert store.signers([two.manifest.digest]) == {two.manifest.digest: {"other"}}
        assert store.head(AL) == Head(5, two.manifest.digest, one.manifest.digest)
        assert [found.state for found in store.entries(stream=AL)] == [State.ACCEPTED] * 5
        assert set(store.known("AL", [identifier(AL, 4)])) == {identifier(AL, 4)}

    def test_another_batch_may_take_the_place_of_one_that_was_cut(self, store):
        one, *_ = chain(store)
        store.cut(AL, after=2)
        other = batch(AL, b"eyJ other", after=one)
        store.append(other, signers=["key"])
        store.put_entries([entry(other, 3, document_id=identifier(AL, 4))])
        assert [found.manifest for found in store.entries(stream=AL)][-1] == other.manifest.digest
        assert store.known("AL", [identifier(AL, 4)])[identifier(AL, 4)].number == 3

    # Asked for many at once, for those who look at all of it

    def test_documents_are_counted_by_stream_and_state_while_they_are_in_use(self, store):
        first, second, _ = chain(store)
        others = chain(store, BO, [1])
        store.put_entries([entry(first, 1, State.QUARANTINED), entry(second, 3, State.LOCKED)])
        store.put_entries([entry(others[0], 1, State.QUARANTINED)])
        asked = (State.QUARANTINED, State.LOCKED, State.HELD)
        counts = {(AL, State.QUARANTINED): 1, (AL, State.LOCKED): 1, (BO, State.QUARANTINED): 1}
        assert store.counted(asked) == counts
        store.cut(AL, after=2)
        assert store.counted(asked) == {key: counts[key] for key in counts if key != (AL, State.LOCKED)}

    def test_what_follows_a_document_is_counted_without_receipts_and_dated_by_its_first(self, store):
        batches = chain(store)
        store.put_entries([entry(batches[1], 4, type="receipt")])
        asked = [(AL, 0), (AL, 3), (AL, 6), (BO, 0)]
        found = {(AL, 0): (5, NOW), (AL, 3): (2, NOW), (AL, 6): (0, None), (BO, 0): (0, None)}
        assert store.following(asked) == found
        assert store.following([]) == {}

    def test_manifests_in_use_are_known_by_their_ends(self, store):
        one, two, three = (each.manifest for each in chain(store))
        asked = [one.digest, two.digest, three.digest, "unknown"]
        store.cut(AL, after=5)
        assert store.ends(asked) == {one.digest: (AL, 2), two.digest: (AL, 5)}
