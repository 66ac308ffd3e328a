"""Every page of letters."""

from tocsin.node.correspondence.views.grouping import urlpatterns as grouping
from tocsin.node.correspondence.views.reading import urlpatterns as reading
from tocsin.node.correspondence.views.writing import urlpatterns as writing

__all__ = ["urlpatterns"]

urlpatterns = [*writing, *grouping, *reading]
