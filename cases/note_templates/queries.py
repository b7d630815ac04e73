"""What templates say now, in the order they are offered."""

from django.db.models import F, QuerySet

from cases.note_templates.models import NoteTemplateVersion


def current(*, retired: bool = False) -> QuerySet[NoteTemplateVersion]:
    """Give the newest version of every template that is offered, or of those that no longer are."""
    newest = NoteTemplateVersion.objects.filter(number=F("template__version"))
    found = newest.filter(template__retired_at__isnull=not retired).select_related("template", "written_by")
    return found.order_by("template__order", "template")
