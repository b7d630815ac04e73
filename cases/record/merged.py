"""What a case is together with the cases that were merged into it, and where a merged one went."""

from django.db.models import Q, QuerySet

from cases.record.models import Case


def with_merged(case: Case) -> QuerySet[Case]:
    """Give a case and those merged into it; never deeper than one step."""
    return Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk)).order_by("opened_at")


def kept_for(case: Case) -> Case:
    """Give the case that this one was merged into, or itself."""
    return case.merged_into or case
