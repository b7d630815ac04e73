"""Questions about calls that more than one page or command asks."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from hotline.calls.models import Call, IntakeCount, Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Every call ever offered, accounted for."""

    offered: int
    outcomes: dict[str, int]
    under_way: int
    duplicates_dropped: int


def tally() -> Tally:
    """Count in one statement what has become of every call; offered is counted on its own, not added up.

    A call entered by hand that was matched is counted as the provider's record of it; test calls are not counted.
    """
    by_outcome = {outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome}
    under_way = Count("pk", filter=Q(outcome=None))
    counted = Call.objects.filter(matched=None, is_test=False).aggregate(
        offered=Count("pk"), under_way=under_way, **by_outcome
    )
    duplicates = IntakeCount.objects.filter(kind=IntakeCount.Kind.DUPLICATE).aggregate(n=Sum("n"))["n"]
    return Tally(
        offered=counted.pop("offered"),
        under_way=counted.pop("under_way"),
        outcomes=counted,
        duplicates_dropped=duplicates or 0,
    )
