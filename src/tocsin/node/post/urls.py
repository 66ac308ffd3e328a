"""Pages of the exchange: each page's addresses stand beside its views."""

from tocsin.node.post.views import kept_apart, messages, partners, proposals

urlpatterns = [
    *messages.urlpatterns,
    *partners.urlpatterns,
    *kept_apart.urlpatterns,
    *proposals.urlpatterns,
]
