"""What programs are told where a referral cannot do what they ask, or its texts cannot be read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from audit.api.problems import Problem
from referrals.pressing import SENTENCES


class NotOpen(Problem):
    """Open the referral first; after the last day of the consent its content stays shut."""

    kind = "tag:stodtelefonen,2026:content-shut"
    default_detail = __doc__


class Destroyed(Problem):
    """What was written here has been destroyed, as its time was over. Nobody can read it any more."""

    status_code = HTTPStatus.GONE
    kind = "tag:stodtelefonen,2026:content-destroyed"
    default_detail = __doc__


def refused(refusal: Exception) -> dict[str, Any]:
    """Say in a program's form what a page would say; plain JSON that can be kept."""
    return {
        "type": "tag:stodtelefonen,2026:move-refused",
        "title": "Conflict",
        "status": int(Problem.status_code),
        "detail": str(SENTENCES[type(refusal)]),
    }
