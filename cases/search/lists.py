"""Find cases among those a user may open, by facts about the work; never by anything about a person."""

from dataclasses import dataclass, fields
from datetime import date

from django.contrib.auth.models import User
from django.db.models import QuerySet

from audit.actions import Action
from audit.context import Actor
from audit.services import record_durably
from cases.access import visible_to
from cases.record.models import Basis, Case, Grant


@dataclass(frozen=True)
class Wanted:
    """What a case must be like; what is empty does not matter. Days are Swedish ones, both included."""

    municipality: str = ""
    state: str = ""
    owner: User | None = None
    opened_from: date | None = None
    opened_until: date | None = None

    def asked(self) -> list[str]:
        """Name what matters, without its values."""
        return [field.name for field in fields(self) if getattr(self, field.name)]


def find_cases(user: User, wanted: Wanted) -> QuerySet[Case]:
    """Give the cases a user may open that are as wanted, the newest first; merged ones are found by what kept them.

    A case with protected identity matches no municipality, whoever asks: its place is on its own page only.
    """
    found = visible_to(user).filter(merged_into__isnull=True)
    if wanted.municipality:
        found = found.filter(municipality=wanted.municipality, protected=False)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.owner:
        owned = Grant.objects.filter(user=wanted.owner, basis=Basis.OWNER, until__isnull=True)
        found = found.filter(pk__in=owned.values("case"))
    if wanted.opened_from:
        found = found.filter(opened_at__date__gte=wanted.opened_from)
    if wanted.opened_until:
        found = found.filter(opened_at__date__lte=wanted.opened_until)
    return found.order_by("-opened_at", "reference")


def record_search(*, actor: Actor, wanted: Wanted, found: int) -> None:
    """Record that somebody searched, by what and with how many finds, before any of it is shown."""
    asked = " ".join(wanted.asked())
    record_durably(actor=actor, action=Action.CASES_SEARCHED, asked=asked, found=found)
