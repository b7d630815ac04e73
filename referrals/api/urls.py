"""Addresses of referrals for other programs; the door composes them under /api/v1/."""

from django.urls import path

from referrals.api import received, staffed

urlpatterns = [
    path("referrals/", staffed.Referrals.as_view(), name="referrals"),
    path("referrals/<str:reference>/", staffed.ReferralDetail.as_view(), name="referral"),
    path("directory/", staffed.Directory.as_view(), name="directory"),
    path("received/", received.Received.as_view(), name="received"),
    path("received/<str:reference>/", received.ReceivedDetail.as_view(), name="received-one"),
    path("received/<str:reference>/copy/", received.ReceivedCopy.as_view(), name="received-copy"),
    path("received/<str:reference>/open/", received.open_, name="received-open"),
    path("received/<str:reference>/accept/", received.accept, name="received-accept"),
    path("received/<str:reference>/decline/", received.decline, name="received-decline"),
    path("received/<str:reference>/contact/", received.contact, name="received-contact"),
    path("received/<str:reference>/not-reached/", received.not_reached, name="received-not-reached"),
    path("received/<str:reference>/caller/", received.caller, name="received-caller"),
    path("received/<str:reference>/outcome/", received.outcome, name="received-outcome"),
    path("decline-reasons/", received.DeclineReasons.as_view(), name="decline-reasons"),
]
