"""The directory as a table: given out as a file, brought in after a look at what would change."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.gate import actor_of, requires
from cases.record.refusals import EditedMeanwhile
from referrals.access import user_of
from referrals.clock.working_days import local_day
from referrals.directory.comparing import Plan, plan_import
from referrals.directory.importing import bring_table, carry_out, export_table
from referrals.directory.models import ImportedFile
from referrals.directory.table import Fault, TableUnreadable, decode
from referrals.staff.directory_forms import TableForm
from referrals.staff.directory_pages import KEEP

SHOWN_AT_MOST = 500


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tables(request: HttpRequest) -> HttpResponse:
    """Offer the directory as a file, and take one in to show what it would change."""
    form = TableForm(request.POST or None, request.FILES or None)
    faults: list[Fault] = []
    if form.is_valid():
        try:
            file = _bring(request, form)
        except TableUnreadable as unreadable:
            faults = unreadable.faults
        else:
            return redirect("referrals:directory-table", file.pk)
    context = {"form": form, "faults": faults[:SHOWN_AT_MOST]}
    return render(request, "referrals/staff/directory_tables.html", context)


@requires(KEEP)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Give the directory out as a file."""
    response = HttpResponse(export_table(actor=actor_of(request)), content_type="text/csv; charset=utf-8")
    name = f"katalog-{local_day().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def table(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what a table would change, and on the button's press do exactly that."""
    file = get_object_or_404(ImportedFile.objects.select_related("brought_by"), pk=key)
    faults: list[Fault] = []
    plan: Plan | None = None
    try:
        if request.method == "POST" and _carry_out(request, file):
            return redirect("referrals:directory-table", key)
        plan = plan_import(file.text) if file.carried_out_at is None else None
    except TableUnreadable as unreadable:
        faults = unreadable.faults
    changes = plan.changes[:SHOWN_AT_MOST] if plan else []
    context = {
        "file": file,
        "plan": plan,
        "changes": changes,
        "unseen": len(plan.changes) - len(changes) if plan else 0,
        "faults": faults[:SHOWN_AT_MOST],
    }
    return render(request, "referrals/staff/directory_table.html", context)


def _bring(request: HttpRequest, form: TableForm) -> ImportedFile:
    """Keep the file once it is known that all of it can be read. Errors: TableUnreadable."""
    text = decode(form.cleaned_data["file"])
    plan_import(text)
    key = form.cleaned_data["client_id"]
    return bring_table(actor=actor_of(request), user=user_of(request), text=text, client_id=key)


def _carry_out(request: HttpRequest, file: ImportedFile) -> bool:
    digest = request.POST.get("digest", "")
    try:
        plan = carry_out(actor=actor_of(request), user=user_of(request), file=file, digest=digest)
    except EditedMeanwhile:
        messages.error(request, _("The directory has changed since. Look at what would be done now."))
        return False
    if plan is not None:
        number = len(plan.changes)
        told = ngettext(
            "%(number)d contact point is written.", "%(number)d contact points are written.", number
        )
        messages.success(request, told % {"number": number})
    return True
