"""Where a page keeps what is being typed in its form, gets it back, or throws it away; only ever one's own."""

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import check_draft_of
from cases.drafts import services
from cases.drafts.services import Place
from cases.pages.asking import PERMISSION, user_of
from cases.record.refusals import Refusal


class PlaceForm(forms.Form):
    """Which form of which thing."""

    form = forms.SlugField(max_length=32)
    reference = forms.SlugField(max_length=16, required=False)

    def place(self) -> Place:
        """Give the valid answer as the services take it."""
        return Place(self.cleaned_data["form"], self.cleaned_data["reference"])


class KeepForm(PlaceForm):
    """What is in the form: the page's own list of names and values, which only the page reads."""

    version = forms.IntegerField(min_value=0)
    body = forms.CharField(max_length=services.LONGEST, strip=False)


@require_POST
@never_cache
@requires(PERMISSION)
def save(request: HttpRequest) -> JsonResponse:
    """Keep what is being typed."""
    form = KeepForm(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    body, version = form.cleaned_data["body"], form.cleaned_data["version"]
    actor, user = actor_of(request), user_of(request)
    try:
        draft = services.save_draft(
            actor=actor, user=user, place=form.place(), body=body, expected_version=version
        )
    except Refusal as refusal:
        return JsonResponse({"said": str(refusal.message)}, status=HTTPStatus.CONFLICT)
    at = date_format(timezone.localtime(draft.saved_at), "H:i")
    return JsonResponse({"version": draft.body_version, "said": _("Draft saved %(at)s") % {"at": at}})


@require_POST
@never_cache
@requires(PERMISSION)
def restore(request: HttpRequest) -> JsonResponse:
    """Give one's own draft back where its case is still open to one; the look is in the trail first."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    user, place = user_of(request), form.place()
    check_draft_of(user, place.reference)
    found = services.restore_draft(actor=actor_of(request), user=user, place=place)
    if found is None:
        return JsonResponse({}, status=HTTPStatus.NOT_FOUND)
    draft, body = found
    return JsonResponse({"version": draft.body_version, "body": body})


@require_POST
@never_cache
@requires(PERMISSION)
def discard(request: HttpRequest) -> JsonResponse:
    """Throw one's own draft away."""
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    services.discard_draft(actor=actor_of(request), user=user_of(request), place=form.place())
    return JsonResponse({})
