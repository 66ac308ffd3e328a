"""Pages of decisions: each page's addresses stand beside its views."""

from tocsin.node.council.views import decision_acting, decisions, draft_writing, text_amending, text_translating

urlpatterns = [
    *decisions.urlpatterns,
    *decision_acting.urlpatterns,
    *text_amending.urlpatterns,
    *text_translating.urlpatterns,
    *draft_writing.urlpatterns,
]
