"""The API: django-ninja over the same acts and gates as the pages."""

urlpatterns: list = []
