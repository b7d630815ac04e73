"""The lines' addresses."""

from django.urls import path

from hotline.lines import calendar_views, prompt_views, views

app_name = "lines"
urlpatterns = [
    path("", views.line_list, name="list"),
    path("new/", views.line_new, name="new"),
    path("closures/add/", calendar_views.closure_add_everywhere, name="closure-add-everywhere"),
    path("closures/<uuid:closure>/remove/", calendar_views.closure_remove, name="closure-remove"),
    path("line/<str:number>/", views.line, name="line"),
    path("line/<str:number>/settings/", views.settings, name="settings"),
    path("line/<str:number>/days/", views.days, name="days"),
    path("line/<str:number>/hours/add/", calendar_views.hours_add, name="hours-add"),
    path("line/<str:number>/hours/<uuid:stretch>/remove/", calendar_views.hours_remove, name="hours-remove"),
    path("line/<str:number>/closures/add/", calendar_views.closure_add, name="closure-add"),
    path("line/<str:number>/prompts/", prompt_views.prompts, name="prompts"),
    path("line/<str:number>/prompts/<slug:slot>/<slug:language>/", prompt_views.prompt, name="prompt"),
    path(
        "line/<str:number>/prompts/<slug:slot>/<slug:language>/preview/", prompt_views.preview, name="preview"
    ),
    path(
        "line/<str:number>/prompts/<slug:slot>/<slug:language>/built-in/",
        prompt_views.prompt_reset,
        name="prompt-reset",
    ),
]
