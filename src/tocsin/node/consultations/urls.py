from django.urls import include, path

from tocsin.node.consultations.page_urls import urlpatterns as pages
from tocsin.node.consultations.page_urls_drafts import urlpatterns as drafts

__all__ = ["urlpatterns"]

urlpatterns = [path("consultations/", include(drafts)), *pages]
