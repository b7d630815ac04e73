"""Addresses for machines that watch us, and the statement on accessibility."""

from django.urls import path

from hotline.operations import views

app_name = "operations"
urlpatterns = [
    path("healthz/", views.health, name="health"),
    path("readyz/", views.ready, name="ready"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
