"""Say which data keys the room's rows name: one per referral, for its sealed copies and questions."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from referrals.referral.correspondence import Question
from referrals.referral.models import SealedCopy


def of_the_copies() -> Mapping[str, Iterable[UUID]]:
    """Give the keys that sealed copies and questions name."""
    copies, questions = SealedCopy.objects.values_list("key"), Question.objects.values_list("key")
    return {"referral": {key for (key,) in copies.union(questions)}}
