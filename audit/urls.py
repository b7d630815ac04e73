"""The addresses of the auditor's pages, under /trail/."""

from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [
    path("", views.trail, name="trail"),
    path("verification/", views.verification, name="verification"),
    path("<uuid:entry_id>/", views.entry, name="entry"),
    path("<uuid:entry_id>/proof/", views.proof, name="proof"),
]
