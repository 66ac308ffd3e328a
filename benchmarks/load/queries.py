"""How many queries each page asks, as one of the simulated people."""

import json

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Series, Source, Thread

settings.ALLOWED_HOSTS.append("testserver")
browser = Client()
browser.force_login(Person.objects.get(email="load0@service.example"), backend=settings.AUTHENTICATION_BACKENDS[0])
thread = Thread.objects.filter(status="new").order_by("-priority").first()
source = Source.objects.filter(generation__gt=0).first()
pages = {
    "situation": "/",
    "inbox": "/signals/",
    "inbox, filtered": "/signals/?place=S01&status=all",
    "signal": f"/signals/{thread.pk}/",
    "series": "/series/?q=district",
    "one series": f"/series/{Series.objects.first().pk}/",
    "sources": "/sources/",
    "source": f"/sources/{source.pk}/",
    "data quality": "/quality/",
    "places": "/places/",
}
asked = {}
for name, path in pages.items():
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(path)
    asked[name] = len(seen) if answer.status_code == 200 else f"status {answer.status_code}"
print(json.dumps(asked))
