"""Files as people give them, and parts as other states send them."""

from hashlib import sha256

from tests.clinical.files.specimens import jpeg

from tocsin.exchange.suite import encoded
from tocsin.node.files import gates
from tocsin.node.files.actions import checking, uploading
from tocsin.node.files.actions.checking import accept

__all__ = ["ABOUT", "JSON", "a_file", "a_part", "given", "opened", "parts_of", "put"]

ABOUT = {"origin": "AL", "id": "0197c2aa-0000-7000-8000-0000000000c1"}
JSON = {"content_type": "application/json"}


def given(by, content: bytes = b"", *, name: str = "Ivanov Ivan.jpg", piece: int = 1000, check: bool = True, **more):
    """An upload in ranges, whole and looked at."""
    content = content or jpeg()
    upload = uploading.begin(name=name, size=len(content), by=by, **more)
    for first in range(0, len(content), piece):
        uploading.put_range(upload.pk, first, content[first : first + piece], total=len(content), by=by)
    upload = uploading.finish(upload.pk, by=by)
    return checking.check(upload.pk) if check else upload


def a_file(by, content: bytes = b"", **more):
    """One that may leave."""
    return accept(given(by, content, **more).pk, by=by)


def opened(monkeypatch, *people, kind: str = "case"):
    """Objects of this kind are open to these people."""
    monkeypatch.setattr(gates, "_gates", {kind: lambda person, about: person in people})


def put(browser, url: str, first: int, content: bytes, total: int, **more):
    """One range over HTTP."""
    header = {"HTTP_CONTENT_RANGE": f"bytes {first}-{first + len(content) - 1}/{total}", **more}
    return browser.put(url, content, content_type="application/octet-stream", **header)


def a_part(world, content: bytes, number: int, parts: int, *, digest: str, about=None, name: str = "BO"):
    """A part as a partner sends it, not posted."""
    body = {"about": about or ABOUT, "file": digest, "number": number, "parts": parts, "bytes": encoded(content)}
    return world.document(name, "", "to:AL", type="file-part", body=body, language="ru", no_onward_sharing=True)


def parts_of(world, content: bytes, *, size: int = 1000, about=None):
    """All parts of a file, and its digest."""
    digest = sha256(content).hexdigest()
    cut = [content[at : at + size] for at in range(0, len(content), size)]
    return [a_part(world, one, at, len(cut), digest=digest, about=about) for at, one in enumerate(cut, 1)], digest
