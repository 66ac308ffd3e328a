"""Duty: each page's addresses stand beside its views."""

from tocsin.node.duty.views import alerts, browsers, drills, duty, log

urlpatterns = [
    *duty.urlpatterns,
    *alerts.urlpatterns,
    *log.urlpatterns,
    *drills.urlpatterns,
    *browsers.urlpatterns,
]
