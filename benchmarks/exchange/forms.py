"""What reading the exchange's forms costs: documents, manifests, signatures, sealed items, parcels, whole bundles.

    python benchmarks/exchange/forms.py

Each figure is the best of seven, in processor time, so that other work on the machine does not show.
"""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch, read_bundle, write_bundle
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.documents import Document
from tocsin.exchange.items import packed, unpacked
from tocsin.exchange.manifests import TYP, Manifest, counted_signers
from tocsin.exchange.parcels import keys_of, parcel_for
from tocsin.exchange.streams import Stream

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
COUNT = 5_000


def measure(what: str, act: Callable[[], object], *, times: int) -> None:
    spent = []
    for _ in range(7):
        begun = time.process_time()
        for _ in range(times):
            act()
        spent.append((time.process_time() - begun) / times)
    best = min(spent)
    print(f"{what:55} {best * 1e6:12,.1f} µs" if best < 1e-3 else f"{what:55} {best * 1e3:12,.1f} ms")


def document(number: int = 0, **body: object) -> Document:
    return Document(
        id=f"0197c2aa-0000-7000-8000-{number:012}",
        alliance="exercise",
        origin="AL",
        recorded_at=NOW,
        classification="MEMBERS",
        type="message",
        body={"subject": "Холера", "text": "Water samples were taken on Monday. " * 6} | body,
    )


def main() -> None:
    one = document()
    data = one.encode()
    print(f"a document of {len(data)} bytes")
    measure("  read_canonical", lambda: read_canonical(data, what="it"), times=2_000)
    measure("  Document.read", lambda: Document.read(data), times=1_000)
    measure("  Document.encode", one.encode, times=1_000)
    item, key = packed(data, "members")
    assert key is not None
    measure("  packed: compressed and sealed", lambda: packed(data, "members"), times=200)
    measure("  unpacked", lambda: unpacked(item, "members", key), times=500)

    rows = [{"age": "15-24", "count": n % 97, "disease": "A00", "place": f"AL-{n % 50}"} for n in range(COUNT)]
    wide = canonical({"rows": rows})
    print(f"a body of {COUNT:,} rows, {len(wide):,} bytes")
    measure("  read_canonical", lambda: read_canonical(wide, what="it"), times=5)
    measure("  canonical", lambda: canonical({"rows": rows}), times=2)

    packs = [packed(document(number).encode(), "members") for number in range(COUNT)]
    made = Manifest.make(
        alliance="exercise",
        stream=Stream("AL", 1, "members"),
        first=1,
        items=[suite.digest(item) for item, _ in packs],
        previous=None,
        sealed_at=NOW,
    )
    seal, reader = suite.new_key("seal"), suite.new_key("encrypt")
    signatures, seals = [dict(suite.sign(made.data, seal, typ=TYP))], {suite.thumbprint(seal): seal}
    print(f"a manifest of {COUNT:,} items, {len(made.data):,} bytes")
    measure("  Manifest.read", lambda: Manifest.read(made.data), times=20)
    measure("  counted_signers, one signature", lambda: counted_signers(made.data, signatures, seals), times=50)
    keys = {number: key for number, (_, key) in enumerate(packs, 1) if key is not None}
    parcel = parcel_for(reader, manifest=made.digest, keys=keys)
    readers = {suite.thumbprint(reader): reader}
    measure("  parcel_for", lambda: parcel_for(reader, manifest=made.digest, keys=keys), times=3)
    measure("  keys_of", lambda: keys_of(parcel, readers, manifest=made.digest), times=5)

    file = io.BytesIO()
    batch = Batch(made, signatures, [item for item, _ in packs], {"BO": parcel})
    length = write_bundle(file, [batch], alliance="exercise", sender="AL", made_at=NOW)
    print(f"a bundle of them, {length:,} bytes")
    measure("  read_bundle", lambda: list(read_bundle(io.BytesIO(file.getvalue()))), times=2)
    measure("  and the digest of every item", lambda: [suite.digest(item) for item, _ in packs], times=2)
    opened = [unpacked(item, "members", key) for item, key in packs]
    measure("  and unpacked", lambda: [unpacked(item, "members", key) for item, key in packs], times=1)
    measure("  and Document.read", lambda: [Document.read(one) for one in opened], times=1)


if __name__ == "__main__":
    main()
