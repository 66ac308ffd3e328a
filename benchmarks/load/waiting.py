"""How many screenings are not done yet."""

import django

django.setup()

from tocsin.node.surveillance.models import Screening

print(Screening.objects.filter(status__in=("waiting", "running")).count())
