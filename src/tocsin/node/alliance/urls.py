"""People, duty, audit: each page's addresses stand beside its views."""

from tocsin.node.alliance.views import account, audit, directory, duty, notices, people, tokens

urlpatterns = [
    *directory.urlpatterns,
    *duty.urlpatterns,
    *people.urlpatterns,
    *audit.urlpatterns,
    *account.urlpatterns,
    *tokens.urlpatterns,
    *notices.urlpatterns,
]
