"""Pages of the exchange: each page's addresses stand beside its views."""

from tocsin.node.post.views import messages

urlpatterns = [*messages.urlpatterns]
