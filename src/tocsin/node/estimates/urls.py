"""Pages of estimates: each page's addresses stand beside its views."""

from tocsin.node.estimates.views import exporting

urlpatterns = [*exporting.urlpatterns]
