"""Django's handle on the room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The rooms: contacts, cases, notes and the vault."""

    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
