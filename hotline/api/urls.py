"""Addresses for other programs, version 1."""

from django.urls import path

from hotline.api.views import Municipalities, OperationalFigures, Schema

app_name = "api"
urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("figures/", OperationalFigures.as_view(), name="figures"),
    path("municipalities/", Municipalities.as_view(), name="municipalities"),
]
