"""A route in sentences the counsellor can read out: "… because …"."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.coded.models import CodedValue, County, Kind, Municipality
from referrals.directory.models import ContactKind
from referrals.directory.standing import Standing
from referrals.routing.rules import Place, Route, Step, Verdict
from referrals.routing.situation import Hours, Need, Rule

_PLACES: dict[Place, str | Promise] = {
    Place.NAMED: gettext_lazy("a rule of ours names it for this"),
    Place.FUNCTION: gettext_lazy("it is the municipality's own function for this"),
    Place.DEPUTY: gettext_lazy("it is the deputy of the municipality's function"),
    Place.FALLBACK: gettext_lazy("the municipality has named it for when its own function is away"),
    Place.COORDINATION: gettext_lazy("it is the municipality's coordination function"),
    Place.COUNTY: gettext_lazy("it covers the county, and nothing nearer can take it"),
    Place.NATIONAL: gettext_lazy("it covers the whole country, and nothing nearer can take it"),
}


def because(route: Route) -> list[str]:
    """Say in sentences, in order, what was passed over and why this contact point was chosen."""
    sentences = [_passed_over(step) for step in route.steps[:-1]]
    is_missing = not any(step.rule and step.rule.kind == route.wanted for step in route.steps)
    if is_missing and route.wanted:
        missing = _("%(municipality)s has no contact point of the kind “%(kind)s”.")
        kind = ContactKind(route.wanted).label
        sentences.insert(0, missing % {"municipality": route.municipality.name, "kind": kind})
    return [*sentences, _chosen(route.steps[-1])]


def conditions(rule: Rule) -> list[str]:
    """Say what must hold for a rule, in the reader's language; empty where it holds always."""
    return list(_conditions(rule))


def _conditions(rule: Rule) -> Iterator[str]:
    if rule.municipality:
        yield _("the municipality is %(name)s") % {
            "name": Municipality.objects.get(pk=rule.municipality).name
        }
    if rule.county:
        yield _("the county is %(name)s") % {"name": County.objects.get(pk=rule.county).name}
    if rule.need:
        yield _("the need is “%(need)s”") % {"need": Need(rule.need).label}
    if rule.age_bands:
        yield _("the person is %(ages)s") % {"ages": _labels(Kind.AGE_BAND, rule.age_bands)}
    if rule.language:
        yield _("the language is %(language)s") % {"language": _labels(Kind.LANGUAGE, {rule.language})}
    if rule.acute is not None:
        yield _("it is acute") if rule.acute else _("it is not acute")
    if rule.hours:
        yield _("it is %(hours)s") % {"hours": Hours(rule.hours).label}


def _labels(kind: Kind, codes: frozenset[str] | set[str]) -> str:
    values = CodedValue.objects.filter(kind=kind, code__in=codes)
    return get_text_list([value.label for value in values], _("or"))


def _chosen(step: Step) -> str:
    reason = str(_PLACES[step.place])
    if step.verdict is Verdict.LAST_RESORT:
        sentence = _(
            "%(function)s is the last one left: call before you send, it is not known to be current."
        )
    elif step.rule and (holding := conditions(step.rule)):
        sentence = _("%(function)s is chosen because %(conditions)s, and %(reason)s.")
        return sentence % {
            "function": step.contact_point.function,
            "conditions": get_text_list(holding, _("and")),
            "reason": reason,
        }
    else:
        sentence = _("%(function)s is chosen because %(reason)s.")
    return sentence % {"function": step.contact_point.function, "reason": reason}


def _passed_over(step: Step) -> str:
    if step.verdict is Verdict.CLOSED:
        sentence = _("%(function)s is passed over because it is closed until %(until)s.")
    elif step.standing in {Standing.OLD, Standing.NEVER}:
        sentence = _("%(function)s is passed over because nobody has verified it for 180 days.")
    else:
        sentence = _("%(function)s is passed over and not relied on: %(standing)s.")
    return sentence % {
        "function": step.contact_point.function,
        "until": step.contact_point.closed_until,
        "standing": step.standing.label,
    }
