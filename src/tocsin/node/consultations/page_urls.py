"""Every page of consultations."""

from tocsin.node.consultations.views.answering import urlpatterns as answering
from tocsin.node.consultations.views.asking import urlpatterns as asking
from tocsin.node.consultations.views.bundle import urlpatterns as bundle
from tocsin.node.consultations.views.cases import urlpatterns as cases
from tocsin.node.consultations.views.inbox import urlpatterns as inbox
from tocsin.node.consultations.views.measures import urlpatterns as measures
from tocsin.node.consultations.views.panels import urlpatterns as panels

__all__ = ["urlpatterns"]

urlpatterns = [*inbox, *measures, *cases, *bundle, *answering, *asking, *panels]
