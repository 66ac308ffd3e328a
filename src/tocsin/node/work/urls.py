from django.urls import path

from tocsin.node.work import views

urlpatterns = [path("health", views.health, name="health")]
