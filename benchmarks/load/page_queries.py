"""How many queries each page of a filled node asks, as one of the simulated people.

page_queries.py MADE    what filling it printed
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tocsin.node.alliance.models import Person

settings.ALLOWED_HOSTS.append("testserver")
browser = Client()
browser.force_login(Person.objects.get(email="load0@service.example"), backend=settings.AUTHENTICATION_BACKENDS[0])
asked = {}
for kind, (_often, addresses) in json.loads(Path(sys.argv[1]).read_text())["pages"].items():
    most = 0
    for address in addresses[:5]:
        browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        most = max(most, len(seen))
    asked[kind] = most
print(json.dumps(asked))
