"""Addresses of the figures."""

from django.urls import path

from hotline.statistics import views

app_name = "statistics"
urlpatterns = [
    path("", views.operational_figures, name="figures"),
    path("persons/", views.person_figures, name="persons"),
]
