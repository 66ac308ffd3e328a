"""People, audit: each page's addresses stand beside its views."""

from tocsin.node.alliance.views import account, audit, directory, notices, people, tokens

urlpatterns = [
    *directory.urlpatterns,
    *people.urlpatterns,
    *audit.urlpatterns,
    *account.urlpatterns,
    *tokens.urlpatterns,
    *notices.urlpatterns,
]
