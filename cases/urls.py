"""Addresses of the room: one action each; what opens a text is a POST."""

from django.urls import path

from cases.pages import (
    cases,
    codes,
    contacts,
    drafts,
    flags,
    follow_ups,
    hand_overs,
    life,
    merging,
    notes,
    notices,
    second_looks,
    sharing,
    values,
)

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
    path("cases/waiting/", second_looks.show_waiting, name="waiting"),
    path("cases/hand-overs/<str:reference>/read/", hand_overs.read, name="hand-over-read"),
    path(
        "cases/hand-overs/<str:reference>/acknowledge/", hand_overs.acknowledge, name="hand-over-acknowledge"
    ),
    path("cases/hand-overs/<str:reference>/decline/", hand_overs.decline, name="hand-over-decline"),
    path("cases/hand-overs/<str:reference>/withdraw/", hand_overs.withdraw, name="hand-over-withdraw"),
    path("cases/second-looks/<str:reference>/read/", second_looks.read, name="second-look-read"),
    path("cases/second-looks/<str:reference>/take/", second_looks.take, name="second-look-take"),
    path(
        "cases/second-looks/<str:reference>/give-back/", second_looks.give_back, name="second-look-give-back"
    ),
    path("cases/second-looks/<str:reference>/answer/", second_looks.answer, name="second-look-answer"),
    path("cases/second-looks/<str:reference>/withdraw/", second_looks.withdraw, name="second-look-withdraw"),
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
    path("cases/<str:reference>/reopen/", life.reopen, name="reopen"),
    path("cases/<str:reference>/code/new/", codes.reissue, name="code-reissue"),
    path("cases/<str:reference>/code/revoke/", codes.revoke, name="code-revoke"),
    path("cases/<str:reference>/turns/<uuid:turn>/read/", life.read_reason, name="reason-read"),
    path("cases/<str:reference>/hand-over/", hand_overs.offer, name="hand-over"),
    path("cases/<str:reference>/second-look/", second_looks.ask, name="second-look"),
    path("cases/<str:reference>/co-workers/add/", sharing.add, name="co-worker-add"),
    path("cases/<str:reference>/co-workers/remove/", sharing.remove, name="co-worker-remove"),
    path("cases/<str:reference>/merge/", merging.merge, name="merge"),
    path("cases/<str:reference>/merge/undo/", merging.undo, name="merge-undo"),
    path("cases/<str:reference>/protect/", flags.protect, name="protect"),
    path("cases/<str:reference>/unprotect/", flags.unprotect, name="unprotect"),
    path("cases/<str:reference>/flags/set/", flags.set_flag, name="flag-set"),
    path("cases/<str:reference>/flags/lift/", flags.lift_flag, name="flag-lift"),
    path("drafts/save/", drafts.save, name="draft-save"),
    path("drafts/restore/", drafts.restore, name="draft-restore"),
    path("drafts/discard/", drafts.discard, name="draft-discard"),
    path("contacts/<str:reference>/", contacts.show, name="contact"),
    path("contacts/<str:reference>/read/", contacts.read, name="contact-read"),
    path(
        "contacts/<str:reference>/start-amending/", contacts.start_amending, name="contact-start-amending"
    ),
    path("contacts/<str:reference>/amend/", contacts.amend, name="contact-amend"),
    path("contacts/<str:reference>/open-case/", contacts.open_case, name="case-open"),
    path("contacts/<str:reference>/attach/", contacts.attach, name="contact-attach"),
]
