"""Ask for a screening of every simulated source: of the weeks not evaluated yet, or of as many as are named."""

import sys

import django

django.setup()

from tocsin.node.surveillance.actions.screening import ask
from tocsin.node.surveillance.models import Source

for source in Source.objects.filter(generation__gt=0, name__startswith="Simulated weekly"):
    ask(source, by=None, evaluate=int(sys.argv[1]) if len(sys.argv) > 1 else None)
