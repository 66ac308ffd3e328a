"""Pages of weekly indicators: each page's addresses stand beside its views."""

from tocsin.node.indicators.views import previews, sharing

urlpatterns = [*sharing.urlpatterns, *previews.urlpatterns]
