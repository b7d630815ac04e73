"""Addresses of the callers sent to a message."""

from django.urls import path

from hotline.desk import diversion_views

app_name = "diversions"
urlpatterns = [
    path("", diversion_views.diversion_list, name="list"),
    path("call/<str:reference>/", diversion_views.divert, name="divert"),
    path("<uuid:diversion>/lift/", diversion_views.diversion_lift, name="lift"),
]
