"""Addresses for other programs, version 1: the door's own, and those of the rooms below."""

from django.urls import include, path, re_path

from hotline.api.calls import CallDetail, Calls
from hotline.api.token import Token
from hotline.api.views import Municipalities, NotThere, OperationalFigures, PersonFigures, Schema

app_name = "api"
urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("token/", Token.as_view(), name="token"),
    path("calls/", Calls.as_view(), name="calls"),
    path("calls/<str:reference>/", CallDetail.as_view(), name="call"),
    path("figures/", OperationalFigures.as_view(), name="figures"),
    path("figures/persons/", PersonFigures.as_view(), name="person-figures"),
    path("municipalities/", Municipalities.as_view(), name="municipalities"),
    path("", include("cases.api.urls")),
    path("", include("referrals.api.urls")),
    re_path(r"^.*$", NotThere.as_view(), name="unknown"),
]
