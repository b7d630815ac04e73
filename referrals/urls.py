"""Addresses of the room: staff under /referrals/ and /directory/, recipients under /portal/."""

from django.urls import path

from referrals.portal import views as portal
from referrals.staff import composing, directory_pages, views

app_name = "referrals"
urlpatterns = [
    path("referrals/", views.referrals, name="list"),
    path("referrals/new/", composing.new, name="new"),
    path("referrals/new/<str:case_reference>/", composing.compose, name="compose"),
    path("referrals/new/<str:case_reference>/<str:code>/", composing.compose_to, name="compose-to"),
    path("referrals/<str:reference>/", views.detail, name="detail"),
    path("referrals/<str:reference>/copy/", views.copy, name="copy"),
    path("referrals/<str:reference>/renew/", composing.renew, name="renew"),
    path("referrals/<str:reference>/send/", views.send, name="send"),
    path("referrals/<str:reference>/connect/", views.connect, name="connect"),
    path("referrals/<str:reference>/tell-by-phone/", views.told_by_phone, name="tell-by-phone"),
    path("referrals/<str:reference>/caller/", views.caller, name="caller"),
    path("referrals/<str:reference>/verify/", views.verify, name="verify"),
    path("referrals/<str:reference>/close/", views.close, name="close"),
    path("referrals/<str:reference>/close-unverified/", views.unverified, name="close-unverified"),
    path("referrals/<str:reference>/close-unanswered/", views.unanswered, name="close-unanswered"),
    path("referrals/<str:reference>/reroute/", views.reroute, name="reroute"),
    path("referrals/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("directory/", directory_pages.directory, name="directory"),
    path("directory/<str:code>/", directory_pages.municipality, name="municipality"),
    path("directory/<str:code>/<str:reference>/verify/", directory_pages.verify, name="verify-contact-point"),
    path("portal/", portal.inbox, name="portal-inbox"),
    path("portal/<str:reference>/", portal.referral, name="portal-referral"),
    path("portal/<str:reference>/open/", portal.open_copy, name="portal-open"),
    path("portal/<str:reference>/accept/", portal.accept, name="portal-accept"),
    path("portal/<str:reference>/decline/", portal.decline, name="portal-decline"),
    path("portal/<str:reference>/contact/", portal.contact, name="portal-contact"),
    path("portal/<str:reference>/not-reached/", portal.not_reached, name="portal-not-reached"),
    path("portal/<str:reference>/caller/", portal.caller, name="portal-caller"),
    path("portal/<str:reference>/outcome/", portal.outcome, name="portal-outcome"),
]
