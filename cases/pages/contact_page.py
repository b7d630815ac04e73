"""What the page of a contact shows: coded answers and references, never a text."""

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.pages.forms import AttachForm, RecordForm
from cases.record.models import CODED_FIELDS, Contact

QUESTIONS: dict[str, Promise] = {
    "kind": _("Kind of conversation"),
    "acute_danger": _("Acute danger"),
    "caller_role": _("Who is calling"),
    "age_band": _("Age of the person the concern is about"),
    "gender": _("Gender of the person the concern is about"),
    "children_in_home": _("Children in the home"),
    "risk_level": _("Risk level"),
    "protective_factors": _("Protective factors"),
    "wish_to_change": _("Wish to change"),
    "language": _("Language"),
    "interpreter": _("Interpreter"),
    "found_line": _("How the caller found the line"),
}


def contact_page(contact: Contact, user: User) -> dict[str, object]:
    """Gather what the page shows to this user."""
    answers = Contact.objects.select_related("municipality", "logged_by", *CODED_FIELDS).get(pk=contact.pk)
    return {
        "contact": answers,
        "case": contact.case,
        "answers": [(label, getattr(answers, name)) for name, label in QUESTIONS.items()],
        "concerns": answers.concerns.order_by("order"),
        "ideologies": answers.ideology_notes.select_related("value", "basis"),
        "actions": answers.actions.order_by("order"),
        "has_text": answers.summary is not None or answers.risk_reason is not None,
        "is_protected": contact.case is not None and contact.case.protected,
        "is_mine": answers.logged_by_id == user.pk,
        "record_form": RecordForm(),
        "attach_form": AttachForm(user=user),
    }
