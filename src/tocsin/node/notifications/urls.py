"""Pages of notifications: each page's addresses stand beside its views."""

from tocsin.node.notifications.views import drafts, notification_pdf, notified, partners, translations, verification

urlpatterns = [
    *partners.urlpatterns,
    *drafts.urlpatterns,
    *notified.urlpatterns,
    *verification.urlpatterns,
    *notification_pdf.urlpatterns,
    *translations.urlpatterns,
]
