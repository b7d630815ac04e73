"""Pages of searching: all by POST, so that nothing sought is in an address, a log or a history."""

from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.gate import actor_of, requires
from cases.access import get_case
from cases.pages.asking import PERMISSION, user_of
from cases.pages.cases import show_or_send
from cases.pages.forms import CodeForm
from cases.pages.listing import as_rows
from cases.pages.search_forms import MOST_PAGES, GoForm, PageForm, SearchForm, WordsForm
from cases.record.refusals import Refusal
from cases.search.lists import find_cases, record_search
from cases.search.words import find_words

ROWS = 25


def search_page(request: HttpRequest, *, status: int = HTTPStatus.OK, **shown: object) -> HttpResponse:
    """Show the page with all its forms, empty where nothing else is given."""
    empty = {"go": GoForm, "form": SearchForm, "code": CodeForm}
    forms = {name: shown.get(name) or form() for name, form in empty.items()}
    return render(request, "cases/search.html", {"found": None} | shown | forms, status=status)


@show_or_send
@never_cache
@requires(PERMISSION)
def search(request: HttpRequest) -> HttpResponse:
    """Search among the cases the user may open; the search is in the trail before what it found is shown."""
    form = SearchForm(request.POST or None)
    if not form.is_valid():
        return search_page(request, form=form)
    user, wanted = user_of(request), form.wanted()
    rows = as_rows(find_cases(user, wanted), user)[: ROWS * MOST_PAGES]
    paginator = Paginator(rows, ROWS)
    asked = PageForm(request.POST)
    page = paginator.get_page(asked.cleaned_data["page"] if asked.is_valid() else 1)
    record_search(actor=actor_of(request), wanted=wanted, found=paginator.count)
    return search_page(request, form=form, found=page)


@require_POST
@never_cache
@requires(PERMISSION)
def words(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which texts of an open case hold the words; each is opened on its own, and recorded."""
    user, form = user_of(request), WordsForm(request.POST)
    case = get_case(user, reference)
    found = None
    if form.is_valid():
        try:
            sought = form.cleaned_data["words"]
            found = find_words(actor=actor_of(request), user=user, case=case, words=sought)
        except Refusal as refusal:
            form.add_error("words", str(refusal.message))
    return render(request, "cases/words.html", {"case": case, "form": form, "found": found})
