"""The desk's addresses."""

from django.urls import path

from hotline.desk import by_hand_views, call_back_views, contact_views, duty_views, views, work_views
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
    path("call-backs/", work_views.call_backs, name="call-backs"),
    path("call-backs/<str:reference>/", call_back_views.call_back, name="call-back"),
    path("call-backs/<str:reference>/attempt/", call_back_views.attempt, name="call-back-attempt"),
    path("call-backs/<str:reference>/claim/", call_back_views.claim, name="call-back-claim"),
    path("call-backs/<str:reference>/release/", call_back_views.release, name="call-back-release"),
    path("call-backs/<str:reference>/connect/", call_back_views.connect, name="call-back-connect"),
    path("call-backs/<str:reference>/report/", call_back_views.report, name="call-back-report"),
    path("call-backs/<str:reference>/give-up/", call_back_views.give_up, name="call-back-give-up"),
    path("call-backs/<str:reference>/number/", call_back_views.show, name="call-back-number"),
    path("missed/", work_views.missed_calls, name="missed"),
    path("missed/<str:reference>/sign-off/", work_views.sign_off, name="sign-off"),
    path("contacts/new/", contact_views.new, name="contact-new"),
    path("recognise/", contact_views.recognise, name="recognise"),
    path("unlogged/", work_views.unlogged, name="unlogged"),
    path("by-hand/", by_hand_views.by_hand, name="by-hand"),
    path("by-hand/enter/", by_hand_views.enter, name="enter-call"),
    path("by-hand/<str:reference>/", by_hand_views.match, name="match"),
    path("by-hand/<str:reference>/match/", by_hand_views.match_with, name="match-with"),
    path("calls/<str:reference>/", views.call, name="call"),
    path("calls/<str:reference>/log/", views.log_conversation, name="log"),
    path("calls/<str:reference>/log/at-once/", views.log_at_once, name="log-at-once"),
]
