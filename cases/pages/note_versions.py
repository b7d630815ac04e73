"""The page that shows what changed in a note, from one version to the next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_note
from cases.pages.asking import PERMISSION, opens_text, user_of
from cases.record import services
from cases.record.differences import differences
from cases.record.models import NoteVersion


@require_POST
@never_cache
@requires(PERMISSION)
@opens_text
def compare(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show a version beside the one before it: what was taken out, what was put in, and why."""
    user = user_of(request)
    note = get_note(user, reference)
    try:
        change = services.compare_note(actor=actor_of(request), user=user, note=note, number=number)
    except NoteVersion.DoesNotExist:
        raise Http404 from None
    versions = list(note.versions.select_related("written_by"))
    context = {
        "note": note,
        "case": note.case,
        "versions": versions,
        "shown": next(version for version in versions if version.number == number),
        "earlier": number - 1,
        "pieces": differences(change.before, change.after),
        "reason": change.reason,
    }
    return render(request, "cases/note_changes.html", context)
