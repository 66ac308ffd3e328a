"""Every address of the node, those of letters, hospitals and files among them."""

from tocsin.node import urls
from tocsin.node.correspondence.urls import urlpatterns as of_letters
from tocsin.node.files.urls import urlpatterns as of_files
from tocsin.node.hospitals.urls import urlpatterns as of_hospitals

urlpatterns = [*urls.urlpatterns, *of_letters, *of_hospitals, *of_files]
handler403, handler404 = urls.handler403, urls.handler404
