"""Addresses of the room: one action each; what opens a text is a POST."""

from django.urls import path

from cases.pages import cases, codes, contacts, flags, follow_ups, notes, notices, values

app_name = "cases"

urlpatterns = [
    path("cases/", cases.show_list, name="list"),
    path("cases/find/", codes.find, name="find"),
    path("cases/follow-ups/", follow_ups.show_list, name="follow-ups"),
    path("cases/notices/<uuid:notice>/seen/", notices.see, name="notice-seen"),
    path("cases/notes/<str:reference>/read/", notes.read, name="note-read"),
    path("cases/notes/<str:reference>/start-amending/", notes.start_amending, name="note-start-amending"),
    path("cases/notes/<str:reference>/amend/", notes.amend, name="note-amend"),
    path("cases/follow-ups/<str:reference>/read/", follow_ups.read, name="follow-up-read"),
    path("cases/follow-ups/<str:reference>/done/", follow_ups.complete, name="follow-up-done"),
    path("cases/follow-ups/<str:reference>/move/", follow_ups.move, name="follow-up-move"),
    path("cases/follow-ups/<str:reference>/cancel/", follow_ups.cancel, name="follow-up-cancel"),
    path("cases/values/", values.show_all, name="values"),
    path("cases/values/<slug:kind>/", values.show_kind, name="values-kind"),
    path("cases/values/<slug:kind>/add/", values.add, name="values-add"),
    path("cases/values/<slug:kind>/<slug:code>/retire/", values.retire, name="values-retire"),
    path("cases/<str:reference>/", cases.show, name="detail"),
    path("cases/<str:reference>/notes/add/", notes.add, name="note-add"),
    path("cases/<str:reference>/follow-ups/add/", follow_ups.add, name="follow-up-add"),
    path("cases/<str:reference>/municipality/", cases.change_municipality, name="municipality"),
    path("cases/<str:reference>/wait/", cases.wait, name="wait"),
    path("cases/<str:reference>/resume/", cases.resume, name="resume"),
    path("cases/<str:reference>/request-closing/", cases.request_closing, name="closing-request"),
    path("cases/<str:reference>/close/", cases.close, name="close"),
    path("cases/<str:reference>/reopen/", cases.reopen, name="reopen"),
    path("cases/<str:reference>/code/new/", codes.reissue, name="code-reissue"),
    path("cases/<str:reference>/code/revoke/", codes.revoke, name="code-revoke"),
    path("cases/<str:reference>/protect/", flags.protect, name="protect"),
    path("cases/<str:reference>/unprotect/", flags.unprotect, name="unprotect"),
    path("cases/<str:reference>/flags/set/", flags.set_flag, name="flag-set"),
    path("cases/<str:reference>/flags/lift/", flags.lift_flag, name="flag-lift"),
    path("contacts/<str:reference>/", contacts.show, name="contact"),
    path("contacts/<str:reference>/read/", contacts.read, name="contact-read"),
    path("contacts/<str:reference>/open-case/", contacts.open_case, name="case-open"),
    path("contacts/<str:reference>/attach/", contacts.attach, name="contact-attach"),
]
