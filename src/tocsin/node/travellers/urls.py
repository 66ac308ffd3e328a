"""Pages of travellers: each page's addresses stand beside its views."""

from tocsin.node.travellers.views import travellers, writing

urlpatterns = [*writing.urlpatterns, *travellers.urlpatterns]
