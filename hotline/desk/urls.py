"""The desk's addresses."""

from django.urls import path

from hotline.desk import duty_views, views
from hotline.desk.reconciliation import reconciliations

app_name = "desk"
urlpatterns = [
    path("reconciliation/", reconciliations, name="reconciliation"),
    path("", views.desk, name="desk"),
    path("board/", views.board_fragment, name="board"),
    path("duty/on/", duty_views.duty_on, name="duty-on"),
    path("duty/break/", duty_views.duty_break, name="duty-break"),
    path("duty/back/", duty_views.duty_back, name="duty-back"),
    path("duty/off/", duty_views.duty_off, name="duty-off"),
    path("calls/<str:reference>/", views.call, name="call"),
    path("calls/<str:reference>/log/", views.log_conversation, name="log"),
    path("calls/<str:reference>/log/at-once/", views.log_at_once, name="log-at-once"),
]
