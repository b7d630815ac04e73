"""Every address of the house: one line a room."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hotline.desk import views as desk

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.go_home, name="home"),
    path("desk/", include("hotline.desk.urls")),
    path("live/", include("hotline.desk.live_urls")),
    path("", include("hotline.supervision.urls")),
    path("guidance/", include("hotline.guidance.urls")),
    path("figures/", include("hotline.statistics.urls")),
    path("api/v1/", include("hotline.api.urls")),
    path("trail/", include("audit.urls")),
    path("", include("cases.urls")),
    path("", include("referrals.urls")),
    path("lines/diversions/", include("hotline.desk.diversion_urls")),
    path("lines/", include("hotline.lines.urls")),
    path("people/", include("hotline.people.urls")),
    path("accounts/", include("hotline.people.account_urls")),
    path("", include("hotline.operations.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("hotline.webhook_urls")),
]
