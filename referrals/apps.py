"""Django's handle on the room of referrals."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """The way out; it looks into cases and audit, never into hotline."""

    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"
