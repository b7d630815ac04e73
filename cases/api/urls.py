"""Addresses of cases for other programs; the door composes them under /api/v1/."""

from django.urls import path

from cases.api.views import CaseDetail, Cases

urlpatterns = [
    path("cases/", Cases.as_view(), name="cases"),
    path("cases/<str:reference>/", CaseDetail.as_view(), name="case"),
]
