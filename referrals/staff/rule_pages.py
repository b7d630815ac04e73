"""The routing rules: what goes where in which order, kept by those who keep the directory."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from audit.gate import actor_of, requires
from cases.coded.models import CodedValue, County, Kind, Municipality
from referrals.directory.models import ContactKind, ContactPoint
from referrals.routing.explain import conditions
from referrals.routing.keeping import Conditions, RulesMoved, add_rule, raise_rule, retire_rule
from referrals.routing.models import RoutingRule
from referrals.routing.rules import rule_of
from referrals.routing.situation import BUILT_IN, Hours, Need, Rule
from referrals.staff.directory_pages import reads_directory

ANY = ("", _("Any"))


class RuleForm(forms.Form):
    """One rule; what is left empty holds for everybody."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    municipality = forms.ModelChoiceField(
        Municipality.objects.all(), label=_("Municipality"), required=False, empty_label=_("Any")
    )
    county = forms.ModelChoiceField(
        County.objects.all(), label=_("County"), required=False, empty_label=_("Any")
    )
    need = forms.ChoiceField(label=_("Kind of need"), choices=[ANY, *Need.choices], required=False)
    age_bands = forms.MultipleChoiceField(
        label=_("Age of the person the concern is about"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    acute = forms.TypedChoiceField(
        label=_("Acute"),
        choices=[ANY, ("yes", _("Yes")), ("no", _("No"))],
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    hours = forms.ChoiceField(label=_("When"), choices=[ANY, *Hours.choices], required=False)
    kind = forms.ChoiceField(
        label=_("Leads to a kind of function"),
        choices=[("", _("Choose")), *ContactKind.choices],
        required=False,
    )
    contact_point = forms.ModelChoiceField(
        ContactPoint.objects.live().filter(municipality=None),
        label=_("Or to one county or national function"),
        required=False,
        empty_label=_("Choose"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["age_bands"].choices = _coded(Kind.AGE_BAND)  # type: ignore[attr-defined]
        self.fields["language"].choices = [ANY, *_coded(Kind.LANGUAGE)]  # type: ignore[attr-defined]
        named = self.fields["contact_point"]
        named.label_from_instance = lambda point: point.function  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A rule leads to exactly one of the two."""
        given = super().clean() or {}
        if bool(given.get("kind")) == bool(given.get("contact_point")):
            self.add_error("kind", gettext("Choose either a kind of function or one function."))
        return given

    @property
    def conditions(self) -> Conditions:
        """The rule as the service takes it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "client_id"}
        return Conditions(**given | {"age_bands": tuple(given["age_bands"])})


@reads_directory
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules in the order in which they are asked, the built-in ones last."""
    return _show(request, RuleForm())


@requires("referrals.verify_directory")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a rule at the end of our own."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    add_rule(actor=actor_of(request), conditions=form.conditions, client_id=form.cleaned_data["client_id"])
    return redirect("referrals:rules")


@requires("referrals.verify_directory")
@require_POST
def raised(request: HttpRequest, rule: uuid.UUID, number: int) -> HttpResponse:
    """Let a rule be asked one place earlier."""
    try:
        raise_rule(actor=actor_of(request), rule=get_object_or_404(RoutingRule, pk=rule), number=number)
    except RulesMoved:
        messages.error(request, gettext("The rules stand in another order by now. Look again."))
    return redirect("referrals:rules")


@requires("referrals.verify_directory")
@require_POST
def retire(request: HttpRequest, rule: uuid.UUID) -> HttpResponse:
    """Ask a rule no longer."""
    retire_rule(actor=actor_of(request), rule=get_object_or_404(RoutingRule, pk=rule))
    return redirect("referrals:rules")


def _show(request: HttpRequest, form: RuleForm) -> HttpResponse:
    own = RoutingRule.objects.filter(retired_at=None).select_related("contact_point")
    context = {
        "rules": [(row, _when(rule_of(row)), _where(row)) for row in own],
        "built_in": [(_when(rule), ContactKind(rule.kind).label) for rule in BUILT_IN if rule.kind],
        "form": form,
        "may_keep": request.user.has_perm("referrals.verify_directory"),
    }
    return render(request, "referrals/staff/rules.html", context)


def _when(rule: Rule) -> str:
    return get_text_list(conditions(rule), gettext("and")) or gettext("always")


def _where(row: RoutingRule) -> str:
    return row.contact_point.function if row.contact_point else str(ContactKind(row.kind).label)


def _coded(kind: Kind) -> list[tuple[str, str]]:
    return [(value.code, value.label) for value in CodedValue.objects.choosable(kind)]
