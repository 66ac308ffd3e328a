"""Every page of transfers."""

from tocsin.node.transfers.views.acting import urlpatterns as acting
from tocsin.node.transfers.views.requesting import urlpatterns as requesting
from tocsin.node.transfers.views.transfers import urlpatterns as transfers

__all__ = ["urlpatterns"]

urlpatterns = [*requesting, *transfers, *acting]
