"""The auditor's pages: the trail, one entry with its proof, the verification of all; each look is recorded."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import queries
from audit.actions import Action
from audit.forms import SearchForm
from audit.gate import actor_of, requires
from audit.models import Entry
from audit.proofs import NotProvable, NotYetSigned, Proof, prove
from audit.queries import Position
from audit.services import Subject, record_durably
from audit.verification.run import verify

MAX_VERIFIED_HERE = 100_000


@requires("audit.read_trail")
@never_cache
@require_http_methods(["GET", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """Show the trail, newest first; searches and further pages are POSTs, so that no log of addresses holds them."""
    form = SearchForm(request.POST or None)
    search = form.search()
    record_durably(actor=actor_of(request), action=Action.TRAIL_SEARCHED, subject=None, **search.as_facts())
    page = queries.find_entries(search, after=Position.parse(request.POST.get("after", "")))
    return render(
        request, "audit/trail.html", {"form": form, "search": search, "page": page, "status": _status()}
    )


@requires("audit.read_trail")
@never_cache
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show one entry and whether it leads to the signed root."""
    found = get_object_or_404(Entry.objects.select_related("leaf"), id=entry_id)
    _record_look(request, Action.TRAIL_ENTRY_READ, found)
    proof, state = _proof_of(found)
    context = {"entry": found, "proof": proof, "head": proof.check() if proof else None, "state": state}
    return render(request, "audit/entry.html", context)


@requires("audit.read_trail")
@never_cache
@require_POST
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Hand out the proof of one entry, for anyone to check."""
    found = get_object_or_404(Entry, id=entry_id)
    made, _state = _proof_of(found)
    if made is None:
        return HttpResponse(status=409)
    _record_look(request, Action.TRAIL_PROOF_DOWNLOADED, found)
    disposition = {"Content-Disposition": f'attachment; filename="proof-{entry_id}.json"'}
    return JsonResponse(made.as_json(), json_dumps_params={"indent": 2}, headers=disposition)


@requires("audit.read_trail")
@never_cache
@require_POST
def verification(request: HttpRequest) -> HttpResponse:
    """Verify the whole trail now, where it is not too large for that."""
    newest = queries.newest_leaf()
    too_large = newest is not None and newest.index >= MAX_VERIFIED_HERE
    verdict = None if too_large else verify()
    result = verdict.result.name.lower() if verdict else "refused"
    record_durably(actor=actor_of(request), action=Action.TRAIL_VERIFIED, result=result)
    return render(request, "audit/verification.html", {"verdict": verdict, "result": result})


def _status() -> dict[str, object]:
    return {
        "leaf": queries.newest_leaf(),
        "checkpoint": queries.newest_checkpoint(),
        "waiting": queries.waiting(),
        "age": queries.checkpoint_age(),
        "alarm": queries.sequencer_alarm(),
    }


def _record_look(request: HttpRequest, action: Action, found: Entry) -> None:
    record_durably(
        actor=actor_of(request), action=action, subject=Subject(kind="entry", reference=str(found.id))
    )


def _proof_of(found: Entry) -> tuple[Proof | None, str]:
    try:
        return prove(found), "proven"
    except NotYetSigned:
        return None, "waiting"
    except NotProvable:
        return None, "broken"
