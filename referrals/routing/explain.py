"""A route in sentences the counsellor can read out: "… because …"."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.routing.rules import Place, Route, Step, Verdict

_PLACES: dict[Place, str | Promise] = {
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
    if not any(step.place is Place.FUNCTION for step in route.steps):
        missing = _("%(municipality)s has no contact point of the kind “%(kind)s”.")
        sentences.insert(0, missing % {"municipality": route.municipality.name, "kind": route.wanted.label})
    return [*sentences, _chosen(route.steps[-1])]


def _chosen(step: Step) -> str:
    if step.verdict is Verdict.LAST_RESORT:
        sentence = _(
            "%(function)s is the last one left: call before you send, it is not known to be current."
        )
    else:
        sentence = _("%(function)s is chosen because %(reason)s.")
    return sentence % {"function": step.contact_point.function, "reason": _PLACES[step.place]}


def _passed_over(step: Step) -> str:
    if step.verdict is Verdict.CLOSED:
        sentence = _("%(function)s is passed over because it is closed until %(until)s.")
    else:
        sentence = _("%(function)s is passed over because nobody has verified it for 180 days.")
    return sentence % {"function": step.contact_point.function, "until": step.contact_point.closed_until}
