"""What of allauth this house opens: signing in and out, one's own password and second factor; nothing else.

There is no open sign-up, no password by mail and no change of address: each would be a way around the second person.
"""

from allauth.account import views
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def closed(_request: HttpRequest) -> HttpResponse:
    """Stand in for a page whose name allauth asks for but which is not open here."""
    raise Http404


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("signup/", closed, name="account_signup"),
    path("password/set/", closed, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
