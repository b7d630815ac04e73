"""What the matrix expects: which kind of thing stands where, who may know of it, and which pages open a text."""

from hotline.people.roles import Role

KINDS = {
    "cases/<reference>": "case",
    "cases/<reference>/turns/<turn>": "turn",
    "cases/notices/<notice>": "notice",
    "cases/notes/<reference>": "note",
    "cases/notes/<reference>/changes/<number>": "version of a note",
    "cases/note-templates/<template>": "note template",
    "cases/follow-ups/<reference>": "follow-up",
    "cases/hand-overs/<reference>": "hand-over",
    "cases/second-looks/<reference>": "second look",
    "cases/emergencies/<opening>": "emergency opening",
    "cases/values/<kind>": "kind of value",
    "cases/values/<kind>/<code>": "value",
    "contacts/<reference>": "contact",
    "referrals/new/<case_reference>": "case",
    "referrals/new/<case_reference>/<code>": "municipality",
    "referrals/<reference>": "referral",
    "referrals/<reference>/questions/<question>": "question",
    "referrals/undelivered/<letter>": "letter",
    "referrals/first-days/<reference>": "first day",
    "referrals/rules/<rule>": "rule",
    "referrals/rules/<rule>/raise/<number>": "place of a rule",
    "portal/<reference>": "received referral",
    "portal/<reference>/questions/<question>": "question",
    "portal/functions/<reference>": "own function",
    "directory/<code>": "municipality",
    "directory/counties/<code>": "county",
    "directory/new/<code>": "municipality",
    "directory/points/<reference>": "contact point",
    "directory/tables/<key>": "table",
    "desk/call-backs/<reference>": "call-back",
    "desk/missed/<reference>": "call",
    "desk/by-hand/<reference>": "call by hand",
    "desk/calls/<reference>": "call",
    "lines/diversions/call/<reference>": "call",
    "lines/diversions/<diversion>": "diversion",
    "shifts/<shift>": "shift",
    "guidance/texts/<phase>": "phase",
    "guidance/texts/<phase>/<language>": "language",
    "guidance/checklists/<code>": "checklist",
    "guidance/shelf/<entry>": "shelf entry",
    "guidance/news/<told>": "news",
    "trail/<entry_id>": "entry",
    "lines/closures/<closure>": "closure",
    "lines/line/<number>": "line",
    "lines/line/<number>/hours/<stretch>": "stretch of hours",
    "lines/line/<number>/prompts/<slot>": "prompt",
    "lines/line/<number>/prompts/<slot>/<language>": "language",
    "systems/new/<code>": "municipality",
    "systems/<reference>": "system",
    "api/v1/calls/<reference>": "call",
    "api/v1/cases/<reference>": "case",
    "api/v1/referrals/<reference>": "referral",
    "people/person/<username>": "person",
    "people/changes/<reference>": "change",
    "people/invitations/<reference>": "invitation",
}
"""By place (an address up to a part that varies): what kind of thing the part names; made in scene.py."""

KINDS_OF = {
    "cases:give": {"cases/<reference>": "case without an owner"},
    "cases:merge-undo": {"cases/<reference>": "merged case"},
    "referrals:renew": {"referrals/<reference>": "referral whose case is open"},
}
"""Where one address needs another kind of thing than its place says."""

RECEIVED = {"received referral", "own function"}
"""These are the recipient's own, where they were sent to their function."""

KEPT_APART = {
    "case",
    "merged case",
    "turn",
    "note",
    "follow-up",
    "hand-over",
    "second look",
    "emergency opening",
    "contact",
    "question",
    "referral",
    "referral whose case is open",
    *RECEIVED,
}
"""Who has no way to these gets 404 and an entry in the trail; everything else is for all who hold the permission."""

PASSES_ANYHOW = {(Role.SUPERVISOR, "referral"), (Role.SUPERVISOR, "emergency opening")}
"""A supervisor sees every live referral, without its case, and reads why any case was opened in an emergency."""

GONE_IS_TOLD = {"notice", "closure", "stretch of hours", "diversion"}
"""Pressing a button on these that was pressed before says so; it is no page that is missing."""

OPENS_TEXT = {
    "api:questions",
    "cases:contact-read",
    "cases:contact-start-amending",
    "cases:emergency-read",
    "cases:emergency-review",
    "cases:follow-up-read",
    "cases:hand-over-read",
    "cases:note-changes",
    "cases:note-print",
    "cases:note-read",
    "cases:note-start-amending",
    "cases:reason-read",
    "cases:second-look-read",
    "referrals:portal-answer",
    "referrals:portal-open",
    "referrals:question-answer",
    "referrals:question-ask",
    "referrals:questions",
}
"""These show a sealed text to those who may open it."""

BODIES = {
    "referrals:undelivered-correct": {"address": "point@example.org"},
    "desk:log-at-once": {"kind": "wrong_number"},
    "desk:call-back-report": {"result": "reached"},
    "desk:call-back-give-up": {"because": "no_answer"},
    "desk:duty-on": {"line": "line's id"},
    "diversions:divert": {"hours": "4"},
    "lines:days": {"mode": "always"},
}
"""What must be posted so that a page does not say that there is no such choice."""
