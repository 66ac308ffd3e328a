"""A file given in a browser over a line that breaks."""

import pytest
from tests.clinical.files.specimens import jpeg
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures

from tocsin.node.files import limits
from tocsin.node.files.models import Upload
from tocsin.node.files.views import uploads

pytestmark = [
    pytest.mark.verify,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.node.files.addresses"),
]
CONTENT = jpeg()
FILE = {"name": "Ivanov.jpg", "mimeType": "image/jpeg", "buffer": CONTENT}


@pytest.fixture
def clinician(person):
    return person("clinician", name="Clara")


def test_it_goes_on_when_the_line_is_back_and_when_the_page_is_opened_again(visit, clinician, monkeypatch):  # noqa: F811
    monkeypatch.setattr(limits, "PIECE_BYTES", 400)
    said = uploads._said
    monkeypatch.setattr(uploads, "_said", lambda upload: said(upload) | {"piece": 400})
    seen = visit(clinician, "/files/")
    page = seen.page
    broken: list[str] = []

    def break_the_second(route):
        if route.request.method == "PUT" and len(broken) < 3 and not broken.append("") and len(broken) > 1:
            route.abort()
        else:
            route.continue_()

    page.evaluate("document.querySelector('[data-files]').removeAttribute('data-reload')")  # as in another form
    page.route("**/files/uploads/**", break_the_second)
    page.set_input_files("#files", FILE)
    page.wait_for_selector("text=The line is broken")
    page.wait_for_selector("text=Look at it before it is sent", timeout=20_000)
    assert page.locator("input[type=hidden][name=files]").input_value() == str(Upload.objects.get().pk)
    upload = Upload.objects.get()
    assert (upload.state, upload.said_digest) == ("checked", upload.digest)
    page.unroute("**/files/uploads/**")

    page.route(
        "**/files/uploads/**",
        lambda route: (
            route.abort() if "800-" in (route.request.headers.get("content-range") or "") else route.continue_()
        ),
    )
    page.set_input_files("#files", FILE)
    page.wait_for_selector("text=The line is broken")
    assert Upload.objects.open().get().received == 800
    page.unroute("**/files/uploads/**")
    page.reload()
    page.set_input_files("#files", FILE)
    page.wait_for_selector("text=Look at it before it is sent >> nth=1")
    assert Upload.objects.count() == 2
    assert not Upload.objects.open().exists()


def test_what_is_refused_is_said_where_it_was_given(visit, clinician):  # noqa: F811
    seen = visit(clinician, "/files/")
    seen.page.set_input_files("#files", {"name": "x.gif", "mimeType": "image/gif", "buffer": b"GIF89a........."})
    seen.page.wait_for_selector("text=It is a GIF. Save the picture as PNG.")
    assert not seen.page.locator("input[type=hidden][name=files]").count()


def test_the_page_of_uploads(visit, clinician):  # noqa: F811
    from tests.node.files.scenes import given

    fine(visit(clinician, "/files/"), "files-empty")
    given(clinician)
    given(clinician, b"GIF89a.........", name="x.gif")
    given(clinician, "температура 38".encode(), name="x.txt")
    fine(visit(clinician, "/files/"), "files")
