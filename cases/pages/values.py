"""Pages on which administrators keep the lists that answers are chosen from."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.gate import actor_of, requires
from cases.coded.models import CodedValue, Kind
from cases.coded.services import CodeTaken, add_value, retire_value

MANAGE = "cases.manage_values"


class ValueForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new answer: its code, which keeps its meaning for ever, and what it is called."""

    code = forms.RegexField(
        label=gettext_lazy("Code"),
        regex=r"^[a-z0-9_]{1,64}\Z",
        help_text=gettext_lazy("Small letters a–z, digits and _. It is never used again for anything else."),
        error_messages={"invalid": gettext_lazy("Write the code with small letters a–z, digits and _ only.")},
    )

    class Meta:
        """What is asked."""

        model = CodedValue
        fields = ("label_sv", "label_en", "code")
        labels: Any = {"label_sv": gettext_lazy("In Swedish"), "label_en": gettext_lazy("In English")}


@require_GET
@never_cache
@requires(MANAGE)
def show_all(request: HttpRequest) -> HttpResponse:
    """List the kinds of answers, with how many there are."""
    values = list(CodedValue.objects.order_by("kind", "order"))
    kinds = [
        (kind, sum(value.kind == kind and value.retired_at is None for value in values)) for kind in Kind
    ]
    return render(request, "cases/values.html", {"kinds": kinds})


@require_GET
@never_cache
@requires(MANAGE)
def show_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Show one list, with those that are retired last."""
    return _page(request, _kind_or_404(kind), ValueForm())


@require_POST
@requires(MANAGE)
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Add an answer at the end of its list."""
    found, form = _kind_or_404(kind), ValueForm(request.POST)
    if form.is_valid():
        clean = form.cleaned_data
        try:
            add_value(
                actor=actor_of(request),
                kind=found,
                code=clean["code"],
                label_en=clean["label_en"],
                label_sv=clean["label_sv"],
            )
        except CodeTaken as taken:
            form.add_error("code", str(taken.message))
        else:
            messages.success(request, _("The value can be chosen now."))
            return redirect("cases:values-kind", found.value)
    return _page(request, found, form)


@require_POST
@requires(MANAGE)
def retire(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Take an answer off its list; what was written with it stays."""
    value = get_object_or_404(CodedValue, kind=_kind_or_404(kind), code=code)
    retire_value(actor=actor_of(request), value=value)
    messages.success(request, _("The value can no longer be chosen. What was written with it stays."))
    return redirect("cases:values-kind", kind)


def _page(request: HttpRequest, kind: Kind, form: ValueForm) -> HttpResponse:
    values = list(CodedValue.objects.filter(kind=kind).order_by("order", "code"))
    context = {
        "kind": kind,
        "values": [value for value in values if value.retired_at is None],
        "retired": [value for value in values if value.retired_at is not None],
        "form": form,
    }
    return render(request, "cases/values_kind.html", context)


def _kind_or_404(kind: str) -> Kind:
    if kind not in Kind.values:
        raise Http404
    return Kind(kind)
