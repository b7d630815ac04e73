"""Answer every permission question from the role alone, never from rows somebody could slip into a table."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from hotline.people.roles import permissions_of

Person = AbstractBaseUser | AnonymousUser


class RoleBackend(AuthenticationBackend):
    """Sign-in as allauth does it, permissions as the house does it."""

    def has_perm(self, user_obj: Person, perm: str, obj: Any = None) -> bool:
        """Look the permission up in the role; questions about single objects are the rooms' own."""
        return obj is None and perm in permissions_of(user_obj)

    def has_module_perms(self, user_obj: Person, app_label: str) -> bool:
        """Tell whether the role has any permission in a room."""
        return any(permission.startswith(f"{app_label}.") for permission in permissions_of(user_obj))

    def get_all_permissions(self, user_obj: Person, obj: Any = None) -> set[str]:
        """Give all permissions of the role."""
        return set() if obj is not None else set(permissions_of(user_obj))

    def get_user_permissions(self, user_obj: Person, obj: Any = None) -> set[str]:  # noqa: ARG002 - whoever it is
        """Give nothing: nobody has a permission of their own."""
        return set()

    def get_group_permissions(self, user_obj: Person, obj: Any = None) -> set[str]:
        """Give what the role gives."""
        return self.get_all_permissions(user_obj, obj)
