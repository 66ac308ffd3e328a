"""A browser sends a large file over a line that breaks at nine tenths; another one goes on with it there."""

from hashlib import sha256

import pytest
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.files.cut_off import CUT, NAME, RANGES, SIZE, content

from tocsin.node.files.actions.uploading import content_of
from tocsin.node.files.limits import PIECE_BYTES
from tocsin.node.files.models import Upload

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]


def ranges_sent(page) -> list[str]:
    """A list that grows with every range that the page sends."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.headers["content-range"]) if one.method == "PUT" else None)
    return sent


def ranges(numbers) -> list[str]:
    ends = [(n * PIECE_BYTES, (n + 1) * PIECE_BYTES - 1) for n in numbers]
    return [f"bytes {first}-{last}/{SIZE}" for first, last in ends]


def test_cut_at_nine_tenths_another_browser_sends_the_last_tenth_alone(visit, person, work):  # noqa: F811
    clinician = person("clinician", name="Clara")
    file = {"name": NAME, "mimeType": "image/jpeg", "buffer": content()}
    page = visit(clinician, "/files/").page
    first, last = ranges_sent(page), ranges([RANGES - 1])
    page.route(
        "**/files/uploads/**",
        lambda route: route.abort() if route.request.headers.get("content-range") in last else route.continue_(),
    )
    page.set_input_files("#files", file)
    page.wait_for_selector("text=The line is broken", timeout=60_000)
    assert Upload.objects.get().received == CUT == 0.9 * SIZE
    page.context.close()
    assert set(first) == set(ranges(range(RANGES)))
    assert len(first[: RANGES - 1]) == len(set(first[: RANGES - 1])), "what is acknowledged is not sent again"

    page = visit(clinician, "/files/").page
    assert "18.0 of 20.0 MB are here." in page.inner_text("main")
    resumed = ranges_sent(page)
    page.set_input_files("#files", file)
    page.wait_for_selector("text=All of it is here", timeout=60_000)
    assert resumed == last
    upload = Upload.objects.get()
    assert b"".join(content_of(upload)) == content()
    assert upload.digest == upload.said_digest == sha256(content()).hexdigest()
    assert work() == 1
    page.wait_for_selector("text=Look at it before it is sent", timeout=20_000)
    assert resumed == last
