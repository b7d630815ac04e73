"""The five roles and what each may do: this dictionary is the only place that gives a permission."""

from typing import Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role is the name of the one group a person is in."""

    COUNSELLOR = "counsellor", _("Counsellor")
    SUPERVISOR = "supervisor", _("Supervisor")
    RECIPIENT = "recipient", _("Municipal recipient")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


ROLES: Final = tuple(Role.values)
OPENS_NOTES: Final = frozenset({Role.COUNSELLOR, Role.SUPERVISOR})
# Given by two persons: what opens notes or copies sent to municipalities, and what decides about either as the second.
GIVEN_BY_TWO: Final = OPENS_NOTES | {Role.RECIPIENT, Role.ADMINISTRATOR}
ROLE_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    Role.COUNSELLOR: frozenset(
        {
            "hotline.view_desk",
            "hotline.take_calls",
            "cases.work_cases",
            "referrals.compose",
            "hotline.view_operational_figures",
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            "hotline.view_desk",
            "cases.work_cases",
            "cases.review",
            "cases.edit_templates",
            "referrals.compose",
            "hotline.view_operational_figures",
            "hotline.view_person_figures",
            "hotline.supervise_line",
            "hotline.edit_guidance",
            "referrals.verify_directory",
            "hotline.invite_people",
        }
    ),
    Role.RECIPIENT: frozenset({"referrals.receive"}),
    Role.AUDITOR: frozenset({"audit.read_trail", "audit.review_access"}),
    Role.ADMINISTRATOR: frozenset(
        {
            "hotline.invite_people",
            "hotline.manage_people",
            "hotline.manage_lines",
            "cases.manage_values",
            "referrals.verify_directory",
        }
    ),
}
PERMISSIONS: Final = frozenset().union(*ROLE_PERMISSIONS.values())


def role_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Say which role somebody has; nothing for strangers, for the off-boarded and for who has none or several."""
    if not isinstance(user, User) or not user.is_active:
        return ""
    cached: str | None = getattr(user, "house_role", None)
    if cached is None:
        names = [group.name for group in user.groups.all() if group.name in ROLE_PERMISSIONS]
        cached = names[0] if len(names) == 1 else ""
        user.house_role = cached  # type: ignore[attr-defined]
    return cached


def set_role(user: User, role: str) -> None:
    """Put somebody into the one group of this role; who may decide that is the business of `changes`."""
    group, _made = Group.objects.get_or_create(name=Role(role).value)
    user.groups.set([group])
    user.house_role = group.name  # type: ignore[attr-defined]


def permissions_of(user: AbstractBaseUser | AnonymousUser) -> frozenset[str]:
    """Give everything somebody may do."""
    return ROLE_PERMISSIONS.get(role_of(user), frozenset())
