"""The addresses providers call; served by their own application, and by the pages' where there is only one."""

from django.urls import path

from hotline.calls.webhooks import plain, receive

app_name = "webhooks"
urlpatterns = [
    path("webhooks/<slug:provider>/<slug:step>/", receive, name="step"),
    path("webhooks/<slug:provider>/", receive, name="first-step"),
    path("webhooks/<slug:provider>/<slug:in_path>/<slug:step>/", receive, name="secret-step"),
]

# Heeded where this is the root of the addresses; among the pages, the pages' own handlers answer.
handler400, handler403, handler404, handler500 = plain(400), plain(403), plain(404), plain(500)
