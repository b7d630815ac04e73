"""What the caller agreed to: to whom, which fields, until when, after hearing which text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.coded.models import Municipality
from referrals.directory.models import ContactPoint
from referrals.referral.models import Referral
from referrals.referral.reasons import Basis, DisclosureGround

SPOKEN_TEXT_VERSION = "2026-1"
SPOKEN_TEXTS: dict[str, str | Promise] = {
    "2026-1": _(
        "I can pass on what we agree on to this function, and to nobody else. They see only what I read "
        "out to you now, and only until the day we set. You may change your mind whenever you like: call us and "
        "we take it back. May I send it?"
    ),
}
"""What is read out before a referral; a new wording is a new version, an old one is never changed."""


class ConsentTooNarrow(ValueError):
    """The caller has not agreed to this receiver or to one of the chosen fields; ask first."""


class GroundMissing(ValueError):
    """What leaves without consent leaves on a ground; name it."""


class ConsentEnded(ValueError):
    """The day until which the caller agreed has passed; ask again."""


@dataclass(frozen=True)
class Consent:
    """A caller's spoken consent, or a disclosure on a `ground`: to whom, which fields, until when.

    `municipality` is None for a county's or a national function; a disclosure has no text that was read out.
    """

    text_version: str
    municipality: Municipality | None
    function: str
    fields: frozenset[str]
    until: date
    ground: str = ""

    @property
    def basis(self) -> Basis:
        """On which of the two it stands."""
        return Basis.DISCLOSURE if self.ground else Basis.CONSENT


def consent_of(referral: Referral) -> Consent:
    """Give the consent that a referral stands on."""
    return Consent(
        text_version=referral.consent_text_version,
        municipality=referral.consent_municipality,
        function=referral.consent_function,
        fields=frozenset(referral.consent_fields),
        until=referral.consent_until,
        ground=referral.disclosure_ground,
    )


def covers(consent: Consent, contact_point: ContactPoint) -> bool:
    """Say whether the caller agreed to this receiver.

    Consent to a municipality's function covers the ladder inside that municipality: its deputy and its
    coordination function. Outside a municipality it covers the named function only.
    """
    if consent.municipality is not None:
        return contact_point.municipality_id == consent.municipality.pk
    return contact_point.municipality_id is None and contact_point.function == consent.function


def check_consent(
    consent: Consent, *, contact_point: ContactPoint, fields: Iterable[str], today: date
) -> None:
    """Refuse what the caller has not agreed to, or no longer agrees to."""
    if consent.ground and consent.ground not in DisclosureGround.values:
        raise GroundMissing
    if not consent.ground and consent.text_version not in SPOKEN_TEXTS:
        raise ConsentTooNarrow
    if not covers(consent, contact_point):
        raise ConsentTooNarrow
    if not set(fields) <= consent.fields:
        raise ConsentTooNarrow
    if consent.until < today:
        raise ConsentEnded
