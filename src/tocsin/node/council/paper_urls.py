"""Addresses of measures, plans, papers and sealed decisions."""

from tocsin.node.council.views import measures, papers, plans, verify

urlpatterns = [*measures.urlpatterns, *papers.urlpatterns, *plans.urlpatterns, *verify.urlpatterns]
