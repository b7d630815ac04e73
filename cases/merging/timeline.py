"""What merges add to a case's timeline."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.merging.models import Merge
from cases.record.models import Case
from cases.record.timeline import TimelineItem, name_of


def for_case(case: Case, _user: User) -> Iterable[TimelineItem]:
    """Tell of the merges a case was kept in, and of those of its own that were undone; both cases tell of both."""
    mine = Q(kept=case) | Q(merged=case, undone_at__isnull=False)
    for merge in Merge.objects.filter(mine).select_related("kept", "merged", "by", "undone_by"):
        if merge.merged_id == case.pk and merge.kept_id == case.merged_into_id:
            continue  # the kept case tells of it, and asks this one too
        names = {"merged": merge.merged.reference, "kept": merge.kept.reference, "who": name_of(merge.by)}
        title = _("%(merged)s merged into %(kept)s by %(who)s") % names
        yield TimelineItem(at=merge.at, kind="merge", title=title, url="", reference=merge.merged.reference)
        if merge.undone_at and merge.undone_by:
            title = _("Merge undone by %(who)s") % {"who": name_of(merge.undone_by)}
            yield TimelineItem(
                at=merge.undone_at, kind="merge", title=title, url="", reference=merge.merged.reference
            )
