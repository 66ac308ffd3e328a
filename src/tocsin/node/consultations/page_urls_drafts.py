"""Addresses of a case that is being written, under /consultations/."""

from tocsin.node.consultations.views import draft_beginning, draft_looking, draft_writing

# The steps last: their pattern would take the words of the others for a step.
urlpatterns = [*draft_beginning.urlpatterns, *draft_looking.urlpatterns, *draft_writing.urlpatterns]
