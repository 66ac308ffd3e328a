"""Signal."""

urlpatterns = []
