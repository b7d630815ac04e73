"""Everything the trail can say was done: one word per act, `noun:noun:verb`, never reused and never removed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """Each room keeps its own block; the label is what the auditor reads."""

    # audit
    ACCESS_REFUSED = "access:page:refused", _("Access refused")
    REQUESTS_REFUSED = "access:requests:refused", _("Unidentified requests refused")
    TRAIL_SEARCHED = "trail:entries:searched", _("Trail looked at")
    TRAIL_ENTRY_READ = "trail:entry:read", _("Trail entry read")
    TRAIL_PROOF_DOWNLOADED = "trail:proof:downloaded", _("Proof downloaded")
    TRAIL_VERIFIED = "trail:trail:verified", _("Trail verified")
    TRAIL_REOPENED = "trail:generation:opened", _("Trail reopened after a restore")

    # people
    SIGNED_IN = "person:session:opened", _("Signed in")
    SIGNED_OUT = "person:session:closed", _("Signed out")
    PASSWORD_CHANGED = "person:password:changed", _("Password changed")
    SECOND_FACTOR_ADDED = "person:second_factor:added", _("Second factor added")
    SECOND_FACTOR_REMOVED = "person:second_factor:removed", _("Second factor removed")
    PERSON_INVITED = "person:invitation:made", _("Person invited")
    INVITATION_SENT = "person:invitation:sent", _("Invitation sent")
    INVITATION_ACCEPTED = "person:invitation:accepted", _("Invitation taken up")
    INVITATION_WITHDRAWN = "person:invitation:withdrawn", _("Invitation withdrawn")
    CHANGE_REQUESTED = "person:change:requested", _("Change asked for")
    CHANGE_APPROVED = "person:change:approved", _("Change approved")
    CHANGE_REFUSED = "person:change:refused", _("Change refused")
    ROLE_CHANGED = "person:role:changed", _("Role changed")
    CREDENTIALS_RESET = "person:credentials:reset", _("Password and second factor reset")
    PERSON_OFF_BOARDED = "person:account:closed", _("Account closed")

    # calls
    CALL_OFFERED = "call:call:offered", _("Call came in")
    CALL_OUTCOME = "call:outcome:reached", _("Call reached its outcome")
    CALL_BACK_REQUESTED = "call:call_back:requested", _("Call-back asked for")
    CALL_BACK_EXPIRED = "call:call_back:expired", _("Call-back expired")
    RECORDING_ALARM = "call:recording:received", _("Recording received although recording is off")
    SPOOL_REPLAYED = "call:spool:replayed", _("Calls taken in after an interruption")
    DUTY_STARTED = "duty:duty:started", _("Went on duty")
    DUTY_ENDED = "duty:duty:ended", _("Duty ended")
    ENDPOINT_SET = "duty:telephone:set", _("Duty telephone set")

    # lines
    LINE_ADDED = "line:line:added", _("Line added")
    LINE_CHANGED = "line:settings:changed", _("Line's settings changed")
    LINE_HOURS_ADDED = "line:hours:added", _("Opening hours added")
    LINE_HOURS_REMOVED = "line:hours:removed", _("Opening hours removed")
    CLOSURE_ADDED = "line:closure:added", _("Closed days added")
    CLOSURE_REMOVED = "line:closure:removed", _("Closed days removed")

    # what callers hear, and who is there to answer
    PROMPT_SET = "line:prompt:set", _("What callers hear changed")
    PROMPT_RESET = "line:prompt:reset", _("Built-in text put back")
    CALLER_DIVERTED = "line:caller:diverted", _("Caller sent to a message")
    DIVERSION_LIFTED = "line:diversion:lifted", _("Caller let through again")
    DUTY_PAUSED = "duty:break:begun", _("Break begun")
    DUTY_RESUMED = "duty:break:ended", _("Break over")
    LINE_UNSTAFFED = "line:staffing:missing", _("Line without anybody on duty")

    # cases
    CONTACT_LOGGED = "contact:record:logged", _("Contact logged")
    CONTACT_AMENDED = "contact:record:amended", _("Contact corrected")
    CONTACT_VIEWED = "contact:page:viewed", _("Contact looked at")
    CONTACT_READ = "contact:text:read", _("Contact's text read")
    CONTACT_ATTACHED = "case:contact:attached", _("Contact attached to a case")
    CASE_OPENED = "case:record:opened", _("Case opened")
    CASE_CHANGED = "case:record:changed", _("Case changed")
    CASE_MOVED = "case:state:moved", _("Case moved")
    CASE_VIEWED = "case:page:viewed", _("Case looked at")
    CASE_REFUSED = "case:page:refused", _("Case refused")
    CASE_GRANT_GIVEN = "case:grant:given", _("Access to a case given")
    CASE_GRANT_ENDED = "case:grant:ended", _("Access to a case ended")
    CODE_ISSUED = "case:code:issued", _("Caller code issued")
    CODE_REVOKED = "case:code:revoked", _("Caller code revoked")
    CODE_STATED = "case:code:stated", _("Case opened by its caller code")
    CODE_REFUSED = "case:code:refused", _("Caller code refused")
    HOLD_SET = "case:hold:set", _("Hold set")
    HOLD_LIFTED = "case:hold:lifted", _("Hold lifted")
    FLAG_SET = "case:flag:set", _("Flag set")
    FLAG_LIFTED = "case:flag:lifted", _("Flag lifted")
    NOTE_ADDED = "note:record:added", _("Note added")
    NOTE_AMENDED = "note:record:amended", _("Note amended")
    NOTE_READ = "note:text:read", _("Note read")
    FOLLOW_UP_PLANNED = "followup:record:planned", _("Follow-up planned")
    FOLLOW_UP_DONE = "followup:record:done", _("Follow-up done")
    FOLLOW_UP_MOVED = "followup:record:moved", _("Follow-up moved")
    FOLLOW_UP_CANCELLED = "followup:record:cancelled", _("Follow-up cancelled")
    FOLLOW_UP_READ = "followup:text:read", _("Follow-up read")
    VALUE_ADDED = "coded:value:added", _("Coded value added")
    VALUE_RETIRED = "coded:value:retired", _("Coded value retired")

    # vault
    KEYS_ORDERED_DESTROYED = "vault:destruction:ordered", _("Destruction of keys ordered")
    KEYS_DESTROYED = "vault:keys:destroyed", _("Keys destroyed")
    KEYS_REASSIGNED = "vault:keys:reassigned", _("Keys given to another owner")
    KEYS_ROTATED = "vault:keys:rotated", _("Keys wrapped anew")
    KEYS_RECONCILED = "vault:keys:reconciled", _("Keys reconciled after a restore")
    WRAPPING_KEYS_DESTROYED = "vault:wrapping:destroyed", _("Older wrapping keys destroyed")

    # referrals
    REFERRAL_PROPOSED = "referral:propose:made", _("Referral proposed")
    REFERRAL_SENT = "referral:send:made", _("Referral sent")
    REFERRAL_CONNECTED = "referral:connect:made", _("Caller and function connected")
    REFERRAL_OPENED = "referral:open:made", _("Referral opened")
    REFERRAL_TOLD_BY_PHONE = "referral:tell_by_phone:made", _("Referral told by phone")
    REFERRAL_ACCEPTED = "referral:accept:made", _("Referral accepted")
    REFERRAL_DECLINED = "referral:decline:made", _("Referral declined")
    REFERRAL_CONTACT_MADE = "referral:report_contact:made", _("Contact with the caller reported")
    REFERRAL_NOT_REACHED = "referral:report_not_reached:made", _("Caller reported as not reached")
    REFERRAL_CALLER_CAME = "referral:report_caller:made", _("Caller's own contact reported")
    REFERRAL_OUTCOME_REPORTED = "referral:report_outcome:made", _("Referral's outcome reported")
    REFERRAL_VERIFIED = "referral:verify:made", _("Referral's outcome verified")
    REFERRAL_CLOSED = "referral:close:made", _("Referral closed")
    REFERRAL_CLOSED_UNVERIFIED = "referral:close_unverified:made", _("Referral closed unverified")
    REFERRAL_CLOSED_UNANSWERED = "referral:close_unanswered:made", _("Referral closed, never answered")
    REFERRAL_REROUTED = "referral:reroute:made", _("Referral re-routed")
    REFERRAL_WITHDRAWN = "referral:withdraw:made", _("Referral withdrawn")
    REFERRAL_REMINDED = "referral:remind:made", _("Reminded of a referral")
    REFERRAL_HANDED_UP = "referral:hand_up:made", _("Referral handed to the supervisor")
    REFERRAL_EXPIRED = "referral:expire:made", _("Referral expired")
    REFERRAL_ESCALATED = "referral:escalate:made", _("Referral escalated")
    REFERRAL_COPY_SEALED = "referral:copy:sealed", _("Copy for a referral sealed")
    REFERRAL_COPY_READ = "referral:copy:read", _("Copy of a referral read")
    REFERRAL_VIEWED = "referral:page:viewed", _("Referral looked at")
    REFERRAL_REFUSED = "referral:page:refused", _("Referral refused")
    LETTER_SENT = "referral:letter:sent", _("Letter about a referral sent")
    CONTACT_POINT_VERIFIED = "directory:contact_point:verified", _("Contact point verified")
    RECIPIENT_NAMED = "directory:recipient:named", _("Recipient named for a contact point")
    RECIPIENT_ENDED = "directory:recipient:ended", _("Recipient ended at a contact point")
    CONTACT_POINT_CLOSED = "directory:contact_point:closed", _("Contact point closed for a while")

    # desk
    CALL_LOGGED = "call:contact:logged", _("Call logged")
    CALL_VIEWED = "call:call:viewed", _("Call looked at")

    # guidance
    GUIDANCE_CHANGED = "guidance:text:changed", _("Guidance changed")
    CHECKLIST_CHANGED = "guidance:checklist:changed", _("Checklist changed")
    CHECKLIST_TICKED = "guidance:checklist:ticked", _("Checklist ticked")
    SHELF_CHANGED = "guidance:shelf:changed", _("Knowledge shelf changed")
    NEWS_PUBLISHED = "guidance:news:published", _("News published")
    NEWS_WITHDRAWN = "guidance:news:withdrawn", _("News withdrawn")

    # statistics
    OPERATIONAL_FIGURES_SEEN = "figures:operational:seen", _("Operational figures seen")
    PERSON_FIGURES_SEEN = "figures:persons:seen", _("Figures about persons seen")
