"""Django's handle on the room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The foundation: who did what, when; append-only and proven."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
