"""Addresses of the supervisor's pages."""

from django.urls import path

from hotline.supervision import views

app_name = "supervision"
urlpatterns = [
    path("morning/", views.morning, name="morning"),
    path("shifts/", views.shifts, name="shifts"),
    path("shifts/add/", views.shift_add, name="shift-add"),
    path("shifts/<uuid:shift>/cancel/", views.shift_cancel, name="shift-cancel"),
]
