"""Addresses of referrals for other programs; the door composes them under /api/v1/."""

from django.urls import path

from referrals.api import answering, received, staffed

urlpatterns = [
    path("referrals/", staffed.Referrals.as_view(), name="referrals"),
    path("referrals/<str:reference>/", staffed.ReferralDetail.as_view(), name="referral"),
    path("referrals/<str:reference>/questions/", staffed.ReferralQuestions.as_view(), name="questions"),
    path("referrals/<str:reference>/ask/", staffed.ask, name="question-ask"),
    path("referrals/<str:reference>/answer/", staffed.answer, name="question-answer"),
    path("directory/", staffed.Directory.as_view(), name="directory"),
    path("received/", received.Received.as_view(), name="received"),
    path("received/<str:reference>/", received.ReceivedDetail.as_view(), name="received-one"),
    path("received/<str:reference>/copy/", received.ReceivedCopy.as_view(), name="received-copy"),
    path("received/<str:reference>/open/", answering.open_, name="received-open"),
    path("received/<str:reference>/accept/", answering.accept, name="received-accept"),
    path("received/<str:reference>/decline/", answering.decline, name="received-decline"),
    path("received/<str:reference>/contact/", answering.contact, name="received-contact"),
    path("received/<str:reference>/not-reached/", answering.not_reached, name="received-not-reached"),
    path("received/<str:reference>/caller/", answering.caller, name="received-caller"),
    path("received/<str:reference>/outcome/", answering.outcome, name="received-outcome"),
    path(
        "received/<str:reference>/questions/", received.ReceivedQuestions.as_view(), name="received-questions"
    ),
    path("received/<str:reference>/ask/", answering.ask, name="received-ask"),
    path("received/<str:reference>/answer/", answering.answer, name="received-answer"),
    path("decline-reasons/", received.DeclineReasons.as_view(), name="decline-reasons"),
]
