"""Django's handle on the room."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """The way out: directory, routing, referrals and the portal."""

    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"
