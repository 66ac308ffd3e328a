"""Every address of files."""

from tocsin.node.files.views import serving, uploads

urlpatterns = [*uploads.urlpatterns, *serving.urlpatterns]
