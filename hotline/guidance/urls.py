"""Addresses of guidance."""

from django.urls import path

from hotline.guidance import views

app_name = "guidance"
urlpatterns = [
    path("", views.guidance, name="guidance"),
    path("texts/<slug:phase>/<slug:language>/", views.text, name="text"),
    path("checklists/<slug:code>/", views.checklist, name="checklist"),
    path("shelf/add/", views.shelf_entry, name="shelf-add"),
    path("shelf/<uuid:entry>/", views.shelf_entry, name="shelf-entry"),
    path("shelf/<uuid:entry>/off/", views.shelf_off, name="shelf-off"),
    path("news/", views.news, name="news"),
    path("news/<uuid:told>/off/", views.news_off, name="news-off"),
]
