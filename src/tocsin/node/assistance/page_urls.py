"""Every page of mutual assistance."""

from tocsin.node.assistance.views.answering import urlpatterns as answering
from tocsin.node.assistance.views.capabilities import urlpatterns as capabilities
from tocsin.node.assistance.views.draft_releasing import urlpatterns as releasing
from tocsin.node.assistance.views.draft_writing import urlpatterns as writing
from tocsin.node.assistance.views.event import urlpatterns as of_events
from tocsin.node.assistance.views.forecast import urlpatterns as forecast
from tocsin.node.assistance.views.keeping import urlpatterns as keeping
from tocsin.node.assistance.views.offer_writing import urlpatterns as offers
from tocsin.node.assistance.views.overview import urlpatterns as overview
from tocsin.node.assistance.views.requests import urlpatterns as requests
from tocsin.node.assistance.views.shipments import urlpatterns as shipments

__all__ = ["urlpatterns"]

urlpatterns = [
    *overview, *writing, *releasing, *forecast, *offers, *requests, *answering, *shipments, *keeping, *capabilities,
    *of_events,
]  # fmt: skip
