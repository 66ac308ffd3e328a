from tocsin.node.assistance.page_urls import urlpatterns

__all__ = ["urlpatterns"]
